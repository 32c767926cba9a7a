/** This file finds the function pointers in the data of an object that is loaded where it was linked: no relocation tells of them. */

import {tags} from '../elf/dynamic.js';
import type {Elf} from '../elf/elf.js';

/** The aligned data words that hold one of the addresses, as pairs of the word's own address and its value. */
export function* fixedPointers(
	elf: Elf,
	addresses: {has(address: number): boolean},
): Generator<readonly [at: number, address: number]> {
	const {bytes} = elf;
	const step = bytes.format.wide ? 8 : 4;
	for (const {address, offset, size} of dataSpans(elf)) {
		const skip = (step - (address % step)) % step;
		for (let at = skip; at + step <= size; at += step) {
			const value = bytes.word(offset + at);
			if (addresses.has(value)) yield [address + at, value];
		}
	}
}

interface Span {
	readonly address: number;
	readonly offset: number;
	readonly size: number;
}

/** Program data and the arrays of constructors and destructors. */
const dataTypes: ReadonlySet<number> = new Set([1, 14, 15, 16]);

/** Never the symbol table, which holds every address; without a section table only what is written at run time is safe from it. */
function dataSpans({sections, segments, dynamic}: Elf): readonly Span[] {
	if (sections.length > 0) {
		return sections.filter(
			({allocated, executable, compressed, type}) => allocated && !executable && !compressed && dataTypes.has(type),
		);
	}
	const symbols = dynamic?.values.get(tags.symbols) ?? Number.NaN;
	return segments
		.filter(
			({type, executable, address, fileSize}) =>
				type === 'load' && !executable && !(symbols >= address && symbols < address + fileSize),
		)
		.map(({address, offset, fileSize}) => ({address, offset, size: fileSize}));
}
