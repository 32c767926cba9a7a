/** This file tells where functions begin. */

import type {Elf} from './elf.js';

/** Their addresses, as far as symbols tell; sorted. */
export function functionStarts({dynamicSymbols, symbols}: Elf): readonly number[] {
	const starts = new Set<number>();
	for (const table of [dynamicSymbols, symbols]) {
		for (const {type, defined, value} of table) {
			if (defined && (type === 'function' || type === 'ifunc')) starts.add(value);
		}
	}
	return [...starts].sort((left, right) => left - right);
}
