/** This file tells where the functions that an object exports were inlined, by its debug information. */

import {CalledCopies} from '../dwarf/called.js';
import type {DebugInformation} from '../dwarf/debug-information.js';
import {type FunctionBody, type InlinedCopy, inlinedCopies} from '../dwarf/inlined.js';
import type {AddressRange} from '../dwarf/ranges.js';
import {ElfError} from '../errors.js';

/** What is asked of an exported function. */
export interface NamedAddress {
	readonly name: string;
	readonly address: number;
}

/** A place where the code of an exported function stands instead of a call of it. */
export interface PlaceOfCopy {
	/** Null where no code is left of it. */
	readonly entry: number | null;
	readonly ranges: readonly AddressRange[];
	/** The function that has it; null where debug information names none. */
	readonly within: string | null;
	/** The code of that function; null where it has none. */
	readonly around: {readonly start: number; readonly ranges: readonly AddressRange[]} | null;
}

export interface InlinedFunction {
	readonly symbol: string;
	/** Sorted by entry. */
	readonly places: readonly PlaceOfCopy[];
	/** Copies that stand right in the function itself or in a copy of it: it calls itself, which is no call by anybody else. */
	readonly recursive: number;
	/** Copies that no call in the source asked for: see src/dwarf/called.ts. */
	readonly merged: number;
}

/**
 * One for each function that is inlined somewhere, sorted as `functions` are. Errors: ElfError where debug information is damaged,
 * or part of it is not there.
 */
export function inlinedFunctions(
	information: DebugInformation,
	functions: readonly NamedAddress[],
): readonly InlinedFunction[] {
	const {copies, bodies, defined, unresolved, split} = inlinedCopies(information);
	if (split) throw new ElfError('Its debug information is in .dwo files (-gsplit-dwarf), which are not read', 0);
	if (unresolved > 0) {
		throw new ElfError(
			`${unresolved} inlined copies are of functions that a shared file of dwz names, which is not there`,
			0,
		);
	}
	const external = ({function: of}: FunctionBody | InlinedCopy) => (of.external ? of.name : null);
	const copiesOfName = grouped(copies, external);
	const bodiesOfName = grouped(bodies, external);
	const copiesOf = grouped(copies, copy => copy.function);
	const bodiesAt = grouped(bodies, ({low}) => low);
	const calls = new CalledCopies();
	const placeOf = placesOnce();
	return functions.flatMap(exported => {
		const {name, address} = exported;
		const bare = name.replace(/@.*/, '');
		const named = bodiesOfName.get(bare) ?? [];
		// The same name is another function's where its only bodies are elsewhere: another version's, or a twin's in a unit of its own.
		if (named.length === 0 ? defined.has(bare) : named.some(({low}) => low === address)) {
			return toFunction(name, copiesOfName.get(bare) ?? [], calls, placeOf);
		}
		// An alias of a function of another name.
		const others = new Set((bodiesAt.get(address) ?? []).map(body => body.function));
		return toFunction(
			name,
			[...others].flatMap(other => copiesOf.get(other) ?? []),
			calls,
			placeOf,
		);
	});
}

function grouped<K, V>(values: readonly V[], keyOf: (value: V) => K | null): ReadonlyMap<K, readonly V[]> {
	const groups = new Map<K, V[]>();
	for (const value of values) {
		const key = keyOf(value);
		if (key === null) continue;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [value]);
		else group.push(value);
	}
	return groups;
}

function toFunction(
	symbol: string,
	copies: readonly InlinedCopy[],
	calls: CalledCopies,
	placeOf: (copy: InlinedCopy) => PlaceOfCopy,
): readonly InlinedFunction[] {
	if (copies.length === 0) return [];
	const called = calls.among(copies);
	const others = called.filter(copy => !isOwn(copy));
	const places = others.map(placeOf);
	places.sort((one, other) => (one.entry ?? -1) - (other.entry ?? -1));
	return [{symbol, places, recursive: called.length - others.length, merged: copies.length - called.length}];
}

/** The names of one address share their places. */
function placesOnce(): (copy: InlinedCopy) => PlaceOfCopy {
	const places = new Map<InlinedCopy, PlaceOfCopy>();
	return copy => {
		const known = places.get(copy);
		if (known !== undefined) return known;
		const place = {
			entry: copy.entry,
			within: copy.within?.function.name ?? null,
			get around() {
				const {within} = copy;
				return within === null ? null : {start: within.low, ranges: within.ranges};
			},
			get ranges() {
				return copy.ranges;
			},
		};
		places.set(copy, place);
		return place;
	};
}

function isOwn({function: {name, external}, inside, within}: InlinedCopy): boolean {
	const holder = (inside ?? within)?.function;
	return holder?.name === name && holder.external === external;
}
