/** This file lists the variables that an object exports, and so what an override of data can be put in front of. */

import {SHN_ABS} from '../elf/abi.js';
import type {Elf} from '../elf/elf.js';
import type {ElfSymbol} from '../elf/symbols.js';
import {byCodeUnit} from '../model/order.js';
import {isExportedAs, naming} from './exports.js';

export interface DataTarget {
	/** `name`; `name@VERSION` for an older version of a name that is exported several times. */
	readonly name: string;
	/** Null for one that another object defines. Of a thread's own variable the offset among what each thread gets. */
	readonly address: number | null;
	readonly size: number;
	readonly isThreads: boolean;
	readonly visibility: 'default' | 'protected';
	/** Whether it is the executable's copy of what another object defines. */
	readonly copied: boolean;
	/** Its index among the dynamic symbols. */
	readonly index: number;
}

export interface ExportedData extends DataTarget {
	readonly address: number;
}

/** Sorted by name, in code-unit order. What linkers themselves define, such as `_end`, has no type and is left out. */
export function exportedData(elf: Elf): readonly ExportedData[] {
	// A version has a symbol, too, with no place in memory.
	const symbols = elf.dynamicSymbols.filter(symbol => isExportedAs(symbol, dataTypes) && symbol.section !== SHN_ABS);
	const nameOf = naming(symbols);
	const copiedAt = new Set(
		elf.relocationTables.others.flatMap(({kind, address}) => (kind === 'COPY' ? [address] : [])),
	);
	return symbols
		.map(symbol => ({
			name: nameOf(symbol),
			address: symbol.value,
			size: symbol.size,
			isThreads: symbol.type === 'tls',
			visibility: symbol.visibility === 'protected' ? ('protected' as const) : ('default' as const),
			// A linker that copies what has several names gives the executable all of them.
			copied: symbol.type !== 'tls' && copiedAt.has(symbol.value),
			index: symbol.index,
		}))
		.sort((one, other) => byCodeUnit(one.name, other.name));
}

const dataTypes: readonly ElfSymbol['type'][] = ['object', 'common', 'tls'];

/** The variables that the object takes from others, sorted by name. One whose type a linker left open is told of as a function. */
export function importedData({dynamicSymbols}: Elf): readonly DataTarget[] {
	return dynamicSymbols
		.filter(({defined, name, type}) => !defined && name !== '' && dataTypes.includes(type))
		.map(({name, index, type}) => ({
			name,
			address: null,
			size: 0,
			isThreads: type === 'tls',
			visibility: 'default' as const,
			copied: false,
			index,
		}))
		.sort((one, other) => byCodeUnit(one.name, other.name));
}
