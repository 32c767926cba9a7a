/**
 * This file finds the function pointers in the data of an ET_EXEC object. Such an object is loaded at the address that it was
 * linked for, so its pointers need no relocation, and only the words themselves tell.
 */

import {DT_SYMTAB, SHT_FINI_ARRAY, SHT_INIT_ARRAY, SHT_PREINIT_ARRAY, SHT_PROGBITS} from '../elf/abi.js';
import type {Elf} from '../elf/elf.js';

/** The aligned data words that hold one of the addresses, as pairs of the word's own address and its value. */
export function* fixedPointers(
	elf: Elf,
	addresses: {has(address: number): boolean},
): Generator<readonly [at: number, address: number]> {
	const {bytes} = elf;
	const step = bytes.format.is64 ? 8 : 4;
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

/** Where program data and the arrays of constructors and destructors are. */
const dataTypes: ReadonlySet<number> = new Set([SHT_PROGBITS, SHT_INIT_ARRAY, SHT_FINI_ARRAY, SHT_PREINIT_ARRAY]);

/**
 * The obvious way, every word of every PT_LOAD, would also find `.symtab` and `.dynsym`, whose `st_value` fields hold the
 * address of every function. So: sections of the types above; where the section table is stripped, segments without code,
 * but for the one that DT_SYMTAB points into.
 */
function dataSpans({sections, segments, dynamic}: Elf): readonly Span[] {
	if (sections.length > 0) {
		return sections.filter(
			({allocated, executable, compressed, type}) => allocated && !executable && !compressed && dataTypes.has(type),
		);
	}
	const symbols = dynamic?.values.get(DT_SYMTAB) ?? Number.NaN;
	return segments
		.filter(
			({type, executable, address, fileSize}) =>
				type === 'load' && !executable && !(symbols >= address && symbols < address + fileSize),
		)
		.map(({address, offset, fileSize}) => ({address, offset, size: fileSize}));
}
