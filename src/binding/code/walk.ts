/** This file walks code whose instructions differ in size, and keeps step with where symbols say that functions begin. */

import {firstAbove} from './first-above.js';
import type {KnownRegisters} from './known-registers.js';

export interface Walk {
	/** Where the first instruction is, and what lies behind the last. */
	readonly from: number;
	readonly end: number;
	/** Sorted. */
	readonly starts: readonly number[];
	readonly registers: KnownRegisters;
}

/** `decode` gives the size of the instruction at an address in bytes, or null where no whole one is left. */
export function walk({from, end, starts, registers}: Walk, decode: (at: number) => number | null): void {
	let next = firstAbove(starts, from - 1);
	for (let at = from; at < end; ) {
		if (at === starts[next]) registers.begin();
		while ((starts[next] ?? Number.POSITIVE_INFINITY) <= at) next += 1;
		registers.reach(at);
		const size = decode(at);
		if (size === null) return;
		// What a symbol says to begin within is no instruction.
		at = Math.min(at + size, starts[next] ?? Number.POSITIVE_INFINITY);
	}
}
