/** This file writes the code of a generated shim: a trampoline for each function. */

import {kindOf} from './function.js';
import type {GotSlot} from './got.js';
import type {SectionPlaceOf} from './object.js';
import {viewOf} from './output.js';
import {type ShimShape, WORD} from './shape.js';

export function codeBytes({slots, machine, layout, trampolines, got}: ShimShape, place: SectionPlaceOf): Buffer {
	const {LEDGER_HEADER, LEDGER_ROW_SIZE, SWEEP_STEP} = layout;
	const [data, code, table] = [place('.data').address, place('.text').address, place('.got').address];
	const gotAt = (name: GotSlot['shared']) => table + got.findIndex(({shared}) => shared === name) * WORD;
	const shared = (address: number) => ({first: address, step: 0});
	const values = {
		interpreter_low: shared(data + slots.length * WORD),
		interpreter_size: shared(data + (slots.length + 1) * WORD),
		main_ledger_offset: shared(gotAt('main_ledger_offset')),
		current_ledger_at: shared(gotAt('current_ledger_at')),
		slow_at: shared(gotAt('slow_at')),
		resolve_at: shared(gotAt('resolve_at')),
		own_row: {first: LEDGER_HEADER, step: LEDGER_ROW_SIZE},
		shared_row: {first: LEDGER_HEADER + slots.length * LEDGER_ROW_SIZE, step: LEDGER_ROW_SIZE},
		slot: {first: 0, step: 1},
		real: {first: data, step: WORD},
	};
	const link = {counting: trampolines.counting.linker(values), asking: trampolines.asking.linker(values)};
	const bytes = Buffer.alloc(slots.length * SWEEP_STEP, machine.padding);
	const out = {bytes, view: viewOf(bytes), address: code};
	slots.forEach((slot, index) => {
		link[kindOf(slot)](index, out, index * SWEEP_STEP);
	});
	return bytes;
}
