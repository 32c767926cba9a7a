/**
 * This file plans entry counters: for each function what stands aside of it and what is written at its entry, and for
 * each that is left alone the reason. Nothing is guessed: whatever might be entered in another way is left alone.
 */

import {type ExportedFunction, exportedFunctions} from '../binding/exports.js';
import type {Elf} from '../elf/elf.js';
import {findOffset} from '../elf/segments.js';
import {ElfError} from '../errors.js';
import {byCodeUnit} from '../model/order.js';

/** A function to count, under a row of the ledger. */
export interface Wanted {
	readonly slot: number;
	/** As `exportedFunctions` names it. */
	readonly symbol: string;
}

export interface LeftAlone {
	readonly symbol: string;
	/** A clause that finishes "Its entries are not counted:". */
	readonly reason: string;
}

/** One entry that is counted. */
export interface Entry {
	/** Null where it only makes room for another. */
	readonly slot: number | null;
	/** All wanted names of this address; one counter serves them all. */
	readonly symbols: readonly string[];
	readonly address: number;
	readonly size: number;
	/** Where the jump is written: the address, or behind its landing pad. */
	readonly at: number;
	/** Empty where there is none. */
	readonly landingPad: Uint8Array;
	readonly moved: Moved;
	/** The bytes that are there now. */
	readonly original: Uint8Array;
	/** Where a short jump goes on to the counter: into what another function has room for. Null for a long jump. */
	readonly via: number | null;
}

/** The first instructions of a function. */
export interface Moved {
	/** How many bytes of the function they are. */
	readonly length: number;
	/** How many bytes the jump replaces: these must not be entered but at their beginning. */
	readonly replaced: number;
	/** Whether the function overwrites the flags before anything may read them: nobody then relies on them at its entry. */
	readonly flagsDead: boolean;
	/** They, encoded to stand at `address` of the file. */
	encode(address: number): Code;
}

export interface Code {
	readonly bytes: Uint8Array;
	readonly fixups: readonly Fixup[];
}

/** A place in the code that depends on its distance from the interpreter; the kinds of native/entries/entries.h. */
export interface Fixup {
	readonly offset: number;
	readonly kind: 'relative-32' | 'branch-26' | 'absolute-64';
}

/** The refusal of one function. */
export class Refusal extends Error {}

/** A function, before it is known whether its entries can be counted. */
export interface Candidate extends Pick<Entry, 'slot' | 'symbols' | 'address' | 'size' | 'at' | 'landingPad'> {
	/** From `at` on: more than any patch replaces. */
	readonly bytes: Uint8Array;
}

export interface Arrangement {
	readonly entries: readonly Entry[];
	readonly refused: ReadonlyMap<Candidate, string>;
}

/** What the code begins with, in bytes: what is known at run time only (`struct stubs_head` of native/entries/stubs.h). */
export const headSize = 32;

/** What a CPU brings. */
export interface EntryMachine {
	/** Of the landing pad at an entry, in bytes; 0 where there is none. */
	landingPad(bytes: Uint8Array): number;
	/** Leaves alone what can be entered other than at its beginning, or jumps back to it. */
	arrange(elf: Elf, candidates: readonly Candidate[]): Arrangement;
	/** The counter, the landing pad's twin, the moved instructions and the jump back. */
	stub(entry: Entry, address: number, codeAddress: number): Stub;
	/** Where the code is best put, as an address of the file. */
	preferred(elf: Elf): number;
}

export interface Stub extends Code {
	readonly behind: number;
	readonly back: number;
}

export interface EntryPlan {
	/** Sorted by address. */
	readonly entries: readonly Entry[];
	/** Sorted by symbol. */
	readonly left: readonly LeftAlone[];
}

export function planEntries(elf: Elf, wanted: readonly Wanted[], machine: EntryMachine): EntryPlan {
	const left: LeftAlone[] = [];
	const candidates: Candidate[] = [];
	for (const group of byAddress(elf, wanted, left)) {
		try {
			candidates.push(candidate(elf, group, machine));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			for (const {symbol} of group.wanted) left.push({symbol, reason: error.message});
		}
	}
	candidates.sort((one, other) => one.address - other.address);
	const {entries, refused} = machine.arrange(elf, candidates);
	for (const [{symbols}, reason] of refused) for (const symbol of symbols) left.push({symbol, reason});
	return {
		entries: entries.toSorted((one, other) => one.address - other.address),
		left: left.sort((one, other) => byCodeUnit(one.symbol, other.symbol)),
	};
}

interface Group {
	readonly definition: ExportedFunction;
	readonly wanted: Wanted[];
}

/** BLOB_SLOTS in native/entries/entries.h. */
export const mostSlots = 4096;

function byAddress(elf: Elf, wanted: readonly Wanted[], left: LeftAlone[]): Iterable<Group> {
	const exported = new Map(exportedFunctions(elf).map(definition => [definition.name, definition]));
	const groups = new Map<number, Group>();
	for (const one of wanted) {
		const definition = exported.get(one.symbol);
		const reason =
			definition === undefined
				? 'the interpreter does not export it as a function'
				: definition.ifunc
					? 'it is chosen by a resolver when the program starts (IFUNC)'
					: one.slot >= mostSlots
						? 'there are too many functions to count'
						: null;
		if (definition === undefined || reason !== null) {
			left.push({symbol: one.symbol, reason: reason ?? ''});
			continue;
		}
		const group = groups.get(definition.address);
		if (group === undefined) groups.set(definition.address, {definition, wanted: [one]});
		else group.wanted.push(one);
	}
	return groups.values();
}

/** A landing pad, then one byte less than two jumps, then the longest instruction; and some padding. */
const longestHead = 40;

function candidate(elf: Elf, {definition, wanted}: Group, machine: EntryMachine): Candidate {
	const {address, size} = definition;
	if (size === 0) throw new Refusal('its size is not known');
	const bytes = head(elf, address);
	const pad = machine.landingPad(bytes);
	const symbols = wanted.map(({symbol}) => symbol);
	return {
		slot: wanted[0]?.slot ?? 0,
		symbols,
		address,
		size,
		at: address + pad,
		landingPad: bytes.subarray(0, pad),
		bytes: bytes.subarray(pad),
	};
}

/** What a candidate becomes. */
export function entryOf(candidate: Candidate, moved: Moved, via: number | null): Entry {
	const {bytes, ...rest} = candidate;
	return {...rest, moved, via, original: bytes.subarray(0, Math.max(moved.length, moved.replaced))};
}

/** Errors: Refusal where the address is not in the interpreter's code. */
export function head(elf: Elf, address: number): Uint8Array {
	const segment = elf.segments.find(
		({type, executable, address: low, fileSize}) =>
			type === 'load' && executable && address >= low && address < low + fileSize,
	);
	if (segment === undefined) throw new Refusal('it does not lie in the code of the file');
	const size = Math.min(longestHead, segment.address + segment.fileSize - address);
	const offset = findOffset(elf.segments, address, size);
	if (offset === null) throw new ElfError('A function is not in the file', address);
	return elf.bytes.slice(offset, size, 'function');
}

/** Where a slot's bypassed calls are counted in a ledger: behind its header, in rows of eight, in their second half. */
export function rowOf(slot: number): number {
	return 128 + slot * 64 + 32;
}

/** A distance below a library; above what stands at a fixed low address. */
export function beside({header, segments}: Elf, distance: number, page: number): number {
	const loaded = segments.filter(({type}) => type === 'load');
	if (header.type === 'executable') {
		return Math.ceil(Math.max(...loaded.map(({address, memorySize}) => address + memorySize)) / page) * page + distance;
	}
	return Math.floor(Math.min(...loaded.map(({address}) => address)) / page) * page - distance;
}
