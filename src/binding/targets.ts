/** This file indexes the functions whose references are looked for: by address, by symbol, by GOT slot. */

import type {Elf} from '../elf/elf.js';

/** A function that the object exports, or one that it imports: that has no address in it. */
export interface ReferenceTarget {
	readonly name: string;
	readonly address: number | null;
	readonly size: number;
	readonly visibility: 'default' | 'protected';
	/** Its index among the dynamic symbols. */
	readonly index: number;
}

export interface TargetIndex<T extends ReferenceTarget> {
	readonly byIndex: ReadonlyMap<number, T>;
	readonly byAddress: ReadonlyMap<number, readonly T[]>;
}

export function indexTargets<T extends ReferenceTarget>(functions: readonly T[]): TargetIndex<T> {
	const byAddress = new Map<number, T[]>();
	for (const target of functions) {
		if (target.address === null) continue;
		const group = byAddress.get(target.address);
		if (group === undefined) byAddress.set(target.address, [target]);
		else group.push(target);
	}
	return {byIndex: new Map(functions.map(target => [target.index, target])), byAddress};
}

export interface GotSlots<T extends ReferenceTarget> {
	readonly addresses: ReadonlySet<number>;
	readonly named: ReadonlyMap<number, T>;
	/** Slots of indirect functions that are bound: their relocation holds the resolver's address. */
	readonly resolved: ReadonlyMap<number, readonly T[]>;
}

export function indexSlots<T extends ReferenceTarget>(
	{relocationTables}: Elf,
	{byIndex, byAddress}: TargetIndex<T>,
): GotSlots<T> {
	const named = new Map<number, T>();
	const resolved = new Map<number, readonly T[]>();
	for (const {kind, address, symbol, addend} of relocationTables.others) {
		if (kind === 'JUMP_SLOT' || kind === 'GLOB_DAT') {
			const target = byIndex.get(symbol);
			if (target !== undefined) named.set(address, target);
		} else if (kind === 'IRELATIVE') {
			const group = byAddress.get(addend);
			if (group !== undefined) resolved.set(address, group);
		}
	}
	return {addresses: new Set([...named.keys(), ...resolved.keys()]), named, resolved};
}

/**
 * What an override gets where this object names the function. The dynamic linker takes none for what an executable exports,
 * which stands first in the lookup scope, nor for what an object linked with -Bsymbolic does, which looks in itself first,
 * nor for a protected symbol, which is never looked for elsewhere.
 */
export function reachByName(
	{executable, dynamic}: Elf,
	{address, visibility}: ReferenceTarget,
): 'preemptible' | 'bound' {
	if (address === null) return 'preemptible';
	return !executable && dynamic?.symbolic !== true && visibility !== 'protected' ? 'preemptible' : 'bound';
}

/** The functions that the object takes from others, sorted by name. A linker that has no library at hand leaves a symbol's type open. */
export function importedFunctions({dynamicSymbols}: Elf): readonly ReferenceTarget[] {
	return dynamicSymbols
		.filter(
			({defined, name, type}) =>
				!defined && name !== '' && (type === 'function' || type === 'ifunc' || type === 'none'),
		)
		.map(({name, index}) => ({name, index, address: null, size: 0, visibility: 'default' as const}))
		.sort((one, other) => (one.name < other.name ? -1 : 1));
}
