/** This file tells where functions begin. */

import type {Elf} from './elf.js';

/** Their addresses, as far as symbols tell; sorted. */
export function functionStarts({dynamicSymbols, symbols}: Elf): readonly number[] {
	const starts = [dynamicSymbols, symbols].flatMap(table =>
		table.filter(({type, defined}) => defined && (type === 'function' || type === 'ifunc')).map(({value}) => value),
	);
	// A typed array sorts numbers as numbers, and many times faster.
	const sorted = Float64Array.from(starts).sort();
	return [...sorted.filter((start, index) => start !== sorted[index - 1])];
}
