/**
 * This file tells the lists of functions that compilers write for tracers (`-fpatchable-function-entry`, `-mrecord-mcount`) from data: what
 * reads such a list writes over a function's first instructions, and calls no function by it.
 */

import type {Elf} from '../elf/elf.js';

const names: ReadonlySet<string> = new Set(['__patchable_function_entries', '__mcount_loc']);

/** Whether a word is part of one; of none without a section table, where nothing tells a list from data. */
export function inTracerList({sections}: Elf): (address: number) => boolean {
	const lists = sections.filter(({name, allocated}) => allocated && names.has(name));
	return address => lists.some(list => address >= list.address && address < list.address + list.size);
}
