/** This file tells where functions begin. */

import type {Elf} from '../elf/elf.js';

/** Their addresses, as far as symbols tell; sorted. Found once for each object. */
export function functionStarts(elf: Elf): readonly number[] {
	const known = found.get(elf);
	if (known !== undefined) return known;
	const starts = findStarts(elf);
	found.set(elf, starts);
	return starts;
}

const found = new WeakMap<Elf, readonly number[]>();

function findStarts({dynamicSymbols, symbols}: Elf): readonly number[] {
	const starts = [dynamicSymbols, symbols].flatMap(table =>
		table.filter(({type, defined}) => defined && (type === 'function' || type === 'ifunc')).map(({value}) => value),
	);
	// A typed array sorts numbers as numbers, and many times faster.
	const sorted = Float64Array.from(starts).sort();
	return [...sorted.filter((start, index) => start !== sorted[index - 1])];
}
