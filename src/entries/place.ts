/** This file tells where counters and code are, as addresses. */

import type {Elf} from '../elf/elf.js';
import {ElfError} from '../errors.js';
import type {EntryLayout} from './layout.js';

/** Where a slot's bypassed calls are counted, in a ledger whose `offset` is 0. */
export function bypassedAt(slot: number, {LEDGER_HEADER, LEDGER_ROW_SIZE, LEDGER_BYPASSED_AT}: EntryLayout): number {
	return LEDGER_HEADER + slot * LEDGER_ROW_SIZE + LEDGER_BYPASSED_AT;
}

/** A distance below a library; above what stands at a fixed low address. Errors: ElfError where nothing of it is loaded. */
export function beside({header, segments}: Elf, distance: number, page: number): number {
	const loaded = segments.filter(({type}) => type === 'load');
	if (loaded.length === 0) throw new ElfError('No segment is loaded', header.segments.offset);
	if (header.type === 'executable') {
		return Math.ceil(Math.max(...loaded.map(({address, memorySize}) => address + memorySize)) / page) * page + distance;
	}
	return Math.floor(Math.min(...loaded.map(({address}) => address)) / page) * page - distance;
}
