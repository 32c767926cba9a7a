/** This file writes the relocations of a generated shim: where each function goes on, and what stands in the GOT. */

import {kindOf} from './function.js';
import type {SectionPlaceOf} from './object.js';
import {Output} from './output.js';
import {type ShimShape, WORD} from './shape.js';
import type {ShimSymbol} from './symbol-table.js';

/** Of Elf64_Rela, in bytes. */
export const RELA_SIZE = 3 * WORD;

export function relocationBytes(
	{slots, machine, layout, trampolines, got}: ShimShape,
	symbols: readonly ShimSymbol[],
	place: SectionPlaceOf,
) {
	const out = new Output((slots.length + got.length) * RELA_SIZE);
	const code = place('.text').address;
	slots.forEach((slot, index) => {
		const resolve = code + index * layout.SWEEP_STEP + trampolines[kindOf(slot)].resolve;
		out.double(place('.data').address + index * WORD, machine.relocations.relative, resolve);
	});
	got.forEach(({symbol, relocation}, index) => {
		out
			.double(place('.got').address + index * WORD)
			.word(relocation, 1 + symbols.findIndex(({name}) => name === symbol));
		out.double(0);
	});
	return out.bytes;
}
