/** This file tells which variables stand at an address, which words a relocation fills for them, and which of these are GOT slots. */

import type {Elf} from '../elf/elf.js';
import {findOffset} from '../elf/segments.js';
import {firstAbove} from './code/first-above.js';
import type {DataTarget} from './exported-data.js';
import {fixedPointers} from './fixed-pointers.js';
import {slotTest} from './got.js';

export interface Within<T> {
	readonly target: T;
	/** How far into the variable. */
	readonly offset: number;
}

export interface DataWord<T> {
	readonly at: number;
	/** What its relocation names. */
	readonly named: T | null;
	/** What its value points into, where it names nothing. */
	readonly held: readonly Within<T>[];
}

export type DataSlot<T> =
	| {readonly kind: 'named'; readonly target: T}
	| {readonly kind: 'bound'; readonly variables: readonly Within<T>[]};

export interface DataIndex<T> {
	at(address: number): readonly Within<T>[];
	readonly words: readonly DataWord<T>[];
	/** By the address that instructions read: the first of the two words of a thread's own variable. */
	readonly slots: ReadonlyMap<number, DataSlot<T>>;
}

export function indexData<T extends DataTarget>(elf: Elf, variables: readonly T[]): DataIndex<T> {
	const byIndex = new Map(variables.map(target => [target.index, target]));
	const at = finder(variables.filter(({isThreads}) => !isThreads));
	const inThread = finder(variables.filter(({isThreads}) => isThreads));
	const words: DataWord<T>[] = [];
	const slots = new Map<number, DataSlot<T>>();
	const isSlot = slotTest(elf);
	const isInGot = gotTest(elf);
	const hold = (address: number, held: readonly Within<T>[], inGot: boolean) => {
		if (held.length === 0) return;
		words.push({at: address, named: null, held});
		if (inGot) slots.set(address, {kind: 'bound', variables: held});
	};
	const {relative, others} = elf.relocationTables;
	for (let index = 0; index < relative.values.length; index += 1) {
		const address = relative.addresses[index] as number;
		hold(address, at(relative.values[index] as number), isInGot(address));
	}
	for (const {kind, address, symbol, addend} of others) {
		const isThreads = kind === 'TLS_MODULE' || kind === 'TLS_OFFSET';
		const isNaming = isThreads || kind === 'GLOB_DAT' || kind === 'ABSOLUTE' || kind === 'PC_RELATIVE';
		if (!isNaming) continue;
		const named = byIndex.get(symbol);
		if (symbol === 0 && isThreads) {
			hold(address, inThread(offsetInThread(elf, kind, address, addend)), true);
		} else if (named !== undefined) {
			words.push({at: address, named, held: []});
			if (isThreads || isSlot(kind, address)) slots.set(address, {kind: 'named', target: named});
		}
	}
	if (elf.header.type === 'executable') {
		// Numbers may look like addresses: only those of a variable's beginning count.
		const beginnings = new Set(
			variables.flatMap(({address, isThreads}) => (isThreads || address === null ? [] : [address])),
		);
		for (const [address, value] of fixedPointers(elf, beginnings)) hold(address, at(value), isInGot(address));
	}
	return {at, words, slots};
}

/** Variables may overlap: one address has several names, and some name a part of another. */
function finder<T extends DataTarget>(variables: readonly T[]): (address: number) => readonly Within<T>[] {
	const sorted = variables
		.flatMap(target => (target.address === null ? [] : [{target, begin: target.address, end: endOf(target)}]))
		.sort((one, other) => one.begin - other.begin);
	const begins = Float64Array.from(sorted, ({begin}) => begin);
	/** The furthest end of all up to there. */
	const reached = new Float64Array(sorted.length);
	for (const [index, {end}] of sorted.entries()) reached[index] = Math.max(end, reached[index - 1] ?? 0);
	return address => {
		const found: Within<T>[] = [];
		for (let index = firstAbove(begins, address) - 1; index >= 0 && (reached[index] as number) > address; index -= 1) {
			const {target, begin, end} = sorted[index] as (typeof sorted)[number];
			if (address < end) found.push({target, offset: address - begin});
		}
		return found;
	};
}

function endOf({address, size}: DataTarget): number {
	return (address ?? 0) + Math.max(1, size);
}

/** Without a section table nothing tells the GOT from other data. */
function gotTest({sections}: Elf): (address: number) => boolean {
	const spans = sections.filter(({name, allocated}) => allocated && (name === '.got' || name === '.got.plt'));
	return place => spans.some(({address, size}) => place >= address && place < address + size);
}

/**
 * Where a relocation names no symbol, the variable is the object's own. The offset is the addend, or, beside a module's number, the word
 * behind it. There 0 may also stand for all of the object's variables (the local dynamic model), and so tells of none.
 */
function offsetInThread(elf: Elf, kind: 'TLS_MODULE' | 'TLS_OFFSET', address: number, addend: number): number {
	// What counts from behind the variables' beginning, so that more is reached, is not told from another's.
	if (elf.machine === 'riscv64' || elf.machine === 'ppc64le') return Number.NaN;
	if (kind === 'TLS_OFFSET') return addend;
	const word = elf.bytes.format.is64 ? 8 : 4;
	const place = findOffset(elf.segments, address + word, word);
	const offset = place === null ? 0 : elf.bytes.word(place);
	return offset === 0 ? Number.NaN : offset;
}
