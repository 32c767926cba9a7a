/** This file takes what runs and what ELF shows to one form, so that they can be compared. */

import type {StaticWitness, SymbolReferences} from '../../src/model/binding.js';
import type {Toy} from './toy.js';

/** Of one leaf, from inside the object that defines it: references that an override reaches, and others. */
export interface Seen {
	readonly reached: number;
	readonly bound: number;
}

/** What ran: every reference runs once, so calls are references. */
export function counted({counts, linkage}: Toy): ReadonlyMap<string, Seen> {
	return new Map(
		[...counts].map(([leaf, {entered, ran}]) => {
			const outside = callsFromOutside[linkage][leaf] ?? 0;
			// Nothing outside the executable gets past a definition in the executable; all that is outside a library does.
			const reached = linkage === 'shared' ? ran - outside : ran;
			return [leaf, {reached, bound: entered - outside - reached}];
		}),
	);
}

const callsFromOutside: Readonly<Record<Toy['linkage'], Readonly<Record<string, number>>>> = {
	shared: {executable: 2, recursive: 1, library: 2, lookup: 1},
	static: {library: 2, lookup: 1},
};

export interface Shown {
	/** To a leaf whose address is taken, the references that take it; to others, those that call. */
	readonly references: Seen;
	readonly anyForm: Seen;
	/** Calls of the leaf by itself and thunks: they run past the override, are among the bound above, and are no loss. */
	readonly apart: number;
}

/** What ELF shows. */
export function predicted(leaf: string, {bySymbol}: StaticWitness): Shown {
	const symbols = namesOf(leaf).flatMap(name => bySymbol.get(name) ?? []);
	// Names of one address share its bound references; the two versions of leaf_versioned have an address each.
	const seen = (kind: 'calls' | 'addresses'): Seen => ({
		reached: sum(symbols, symbol => symbol[kind].preemptible),
		bound: leaf === 'aliased' ? (symbols[0]?.[kind].bound ?? 0) : sum(symbols, symbol => symbol[kind].bound),
	});
	const apart = sum(symbols, ({recursive, folded}) => recursive + folded);
	const {reached, bound} = seen('calls');
	const calls = {reached, bound: bound + apart};
	const addresses = seen('addresses');
	return {
		apart,
		references: leaf.startsWith('table') || leaf.startsWith('address') ? addresses : calls,
		anyForm: {reached: calls.reached + addresses.reached, bound: calls.bound + addresses.bound},
	};
}

export function namesOf(leaf: string): readonly string[] {
	const name = `leaf_${leaf}`;
	if (leaf === 'aliased') return [name, 'leaf_alias'];
	return leaf === 'versioned' ? [name, `${name}@TOY_1`] : [name];
}

function sum(symbols: readonly SymbolReferences[], number: (symbol: SymbolReferences) => number): number {
	return symbols.reduce((total, symbol) => total + number(symbol), 0);
}
