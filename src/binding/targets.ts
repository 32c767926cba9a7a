/** This file indexes the functions whose references are looked for: by address, by symbol, by GOT slot. */

import type {Elf} from '../elf/elf.js';
import {slotTest} from './got.js';

/** A function that the object exports, or one that it imports: that has no address in it. */
export interface ReferenceTarget {
	readonly name: string;
	readonly address: number | null;
	readonly pointer: number | null;
	readonly localEntry: number | null;
	readonly size: number;
	readonly visibility: 'default' | 'protected';
	/** Its index among the dynamic symbols. */
	readonly index: number;
}

export interface TargetIndex<T extends ReferenceTarget> {
	readonly byIndex: ReadonlyMap<number, T>;
	/** By what data holds that points to them, and what instructions take to store or to call. */
	readonly byPointer: ReadonlyMap<number, readonly T[]>;
	/** By where direct calls and jumps enter them. */
	readonly byEntry: ReadonlyMap<number, readonly T[]>;
}

export function indexTargets<T extends ReferenceTarget>(functions: readonly T[]): TargetIndex<T> {
	return {
		byIndex: new Map(functions.map(target => [target.index, target])),
		byPointer: grouped(functions, ({pointer}) => [pointer]),
		byEntry: grouped(functions, ({address, localEntry}) =>
			localEntry === address ? [address] : [address, localEntry],
		),
	};
}

function grouped<T extends ReferenceTarget>(
	functions: readonly T[],
	keysOf: (target: T) => readonly (number | null)[],
): ReadonlyMap<number, readonly T[]> {
	const groups = new Map<number, T[]>();
	for (const target of functions) {
		for (const key of keysOf(target)) {
			if (key === null) continue;
			const group = groups.get(key);
			if (group === undefined) groups.set(key, [target]);
			else group.push(target);
		}
	}
	return groups;
}

export interface GotSlots<T extends ReferenceTarget> {
	readonly addresses: ReadonlySet<number>;
	readonly named: ReadonlyMap<number, T>;
	/** Slots of indirect functions that are bound: their relocation holds the resolver's address. */
	readonly resolved: ReadonlyMap<number, readonly T[]>;
}

export function indexSlots<T extends ReferenceTarget>(elf: Elf, {byIndex, byPointer}: TargetIndex<T>): GotSlots<T> {
	const isSlot = slotTest(elf);
	const named = new Map<number, T>();
	const resolved = new Map<number, readonly T[]>();
	for (const {kind, address, symbol, addend} of elf.relocationTables.others) {
		if (isSlot(kind, address)) {
			const target = byIndex.get(symbol);
			if (target !== undefined) named.set(address, target);
		} else if (kind === 'IRELATIVE') {
			const group = byPointer.get(addend);
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
	{address, visibility}: Pick<ReferenceTarget, 'address' | 'visibility'>,
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
		.map(({name, index}) => ({
			name,
			index,
			address: null,
			pointer: null,
			localEntry: null,
			size: 0,
			visibility: 'default' as const,
		}))
		.sort((one, other) => (one.name < other.name ? -1 : 1));
}
