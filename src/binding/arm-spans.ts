/** This file tells what of an arm object's code is of the instruction set ARM, what Thumb, and what is data. */

import type {Elf} from '../elf/elf.js';

/**
 * By the mapping symbols. strip removes them, and nothing else tells the numbers that lie between functions from code, which then
 * show calls that nobody makes: null where there are none.
 */
export function armSpans({symbols}: Elf): ReadonlyMap<number, 'arm' | 'thumb' | 'data'> | null {
	const spans = new Map<number, 'arm' | 'thumb' | 'data'>();
	for (const {defined, type, name, value} of symbols) {
		const kind = type === 'none' && defined ? mapping[name.slice(0, 2)] : undefined;
		if (kind !== undefined && (name.length === 2 || name[2] === '.')) spans.set(value, kind);
	}
	return spans.size === 0 ? null : spans;
}

const mapping: Readonly<Record<string, 'arm' | 'thumb' | 'data'>> = {$a: 'arm', $t: 'thumb', $d: 'data'};
