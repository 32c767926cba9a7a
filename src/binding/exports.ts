/** This file lists the functions that an object exports, and so what an override can be put in front of. */

import type {Elf} from '../elf/elf.js';
import type {ElfSymbol} from '../elf/symbols.js';
import {byCodeUnit} from '../model/order.js';

export interface ExportedFunction {
	/** `name`; `name@VERSION` for an older version of a name that is exported several times. */
	readonly name: string;
	readonly address: number;
	/** As data points to it, and where calls from the same object enter it: see ElfSymbol. */
	readonly pointer: number;
	readonly localEntry: number;
	readonly size: number;
	/** Called through a resolver that stands at the address. */
	readonly ifunc: boolean;
	readonly visibility: 'default' | 'protected';
	readonly weak: boolean;
	/** All exported names of that address, this one included, sorted; the array is shared between them. */
	readonly aliases: readonly string[];
	/** Its index among the dynamic symbols. */
	readonly index: number;
}

/** Sorted by name, in code-unit order. Found once for each object. */
export function exportedFunctions(elf: Elf): readonly ExportedFunction[] {
	const known = found.get(elf);
	if (known !== undefined) return known;
	const functions = findExported(elf);
	found.set(elf, functions);
	return functions;
}

const found = new WeakMap<Elf, readonly ExportedFunction[]>();

function findExported(elf: Elf): readonly ExportedFunction[] {
	const symbols = elf.dynamicSymbols.filter(symbol => isExportedAs(symbol, functionTypes));
	const nameOf = naming(symbols);
	const atAddress = new Map<number, string[]>();
	for (const symbol of symbols) {
		const names = atAddress.get(symbol.value);
		if (names === undefined) atAddress.set(symbol.value, [nameOf(symbol)]);
		else names.push(nameOf(symbol));
	}
	for (const names of atAddress.values()) names.sort(byCodeUnit);
	return symbols
		.map(symbol => ({
			name: nameOf(symbol),
			address: symbol.value,
			pointer: symbol.pointer,
			localEntry: symbol.localEntry,
			size: symbol.size,
			ifunc: symbol.type === 'ifunc',
			visibility: symbol.visibility === 'protected' ? ('protected' as const) : ('default' as const),
			weak: symbol.bind === 'weak',
			aliases: atAddress.get(symbol.value) ?? [],
			index: symbol.index,
		}))
		.sort((left, right) => byCodeUnit(left.name, right.name));
}

const functionTypes: readonly ElfSymbol['type'][] = ['function', 'ifunc'];

/** Whether other objects can find it, as one of the types. */
export function isExportedAs(symbol: ElfSymbol, types: readonly ElfSymbol['type'][]): boolean {
	return (
		symbol.defined &&
		symbol.name !== '' &&
		types.includes(symbol.type) &&
		symbol.bind !== 'local' &&
		symbol.bind !== 'other' &&
		(symbol.visibility === 'default' || symbol.visibility === 'protected')
	);
}

/** A name is its own key unless several versions of it are exported; then the default version keeps the bare name. */
export function naming(symbols: readonly ElfSymbol[]): (symbol: ElfSymbol) => string {
	const times = new Map<string, number>();
	for (const {name} of symbols) times.set(name, (times.get(name) ?? 0) + 1);
	return ({name, version}) =>
		version?.hidden === true && (times.get(name) ?? 0) > 1 ? `${name}@${version.name}` : name;
}
