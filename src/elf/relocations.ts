/** This file reads the relocations that the dynamic linker applies: REL, RELA, RELR and those of the PLT. */

import {ElfError} from '../errors.js';
import type {Bytes} from './bytes.js';
import {type Dynamic, tags} from './dynamic.js';
import {findOffset, offsetOf, type Segment} from './segments.js';

export interface Relocation {
	/** What it does, alike on every machine; `other` where it is of no concern to references. */
	readonly kind: RelocationKind;
	readonly table: 'rel' | 'rela' | 'relr' | 'plt';
	/** The address that it changes. */
	readonly address: number;
	/** The dynamic symbol that it names, by index; 0 where it names none. */
	readonly symbol: number;
	/** Where REL or RELR keep it in the place itself, it is read from there. */
	readonly addend: number;
	/** The machine's own number. */
	readonly type: number;
}

export type RelocationKind =
	| 'jump-slot'
	| 'global-data'
	| 'absolute'
	| 'pc-relative'
	| 'relative'
	| 'indirect'
	| 'copy'
	| 'other';

export function readRelocations(
	bytes: Bytes,
	machine: string,
	segments: readonly Segment[],
	dynamic: Dynamic,
): readonly Relocation[] {
	const kinds = relocationKinds[machine] ?? {};
	const context: Context = {bytes, segments, kinds};
	const {values} = dynamic;
	const plt = region(values, tags.pltRelocations, tags.pltRelocationsSize);
	const pltIsRela = (values.get(tags.pltRelocationsType) ?? tags.rela) === tags.rela;
	// Some linkers count the PLT's relocations into the main table as well; one relocation is one relocation.
	const rela = without(region(values, tags.rela, tags.relaSize), plt);
	const rel = without(region(values, tags.rel, tags.relSize), plt);
	return [
		...readRelr(context, region(values, tags.relr, tags.relrSize)),
		...readTable(context, rela, 'rela', true),
		...readTable(context, rel, 'rel', false),
		...readTable(context, plt, 'plt', pltIsRela),
	];
}

interface Context {
	readonly bytes: Bytes;
	readonly segments: readonly Segment[];
	readonly kinds: Readonly<Record<number, RelocationKind>>;
}

interface Region {
	readonly address: number;
	readonly size: number;
}

const relocationKinds: Readonly<Record<string, Readonly<Record<number, RelocationKind>>>> = {
	x86_64: {
		1: 'absolute',
		2: 'pc-relative',
		4: 'pc-relative',
		24: 'pc-relative',
		5: 'copy',
		6: 'global-data',
		7: 'jump-slot',
		8: 'relative',
		10: 'absolute',
		37: 'indirect',
	},
	aarch64: {
		257: 'absolute',
		1024: 'copy',
		1025: 'global-data',
		1026: 'jump-slot',
		1027: 'relative',
		1032: 'indirect',
	},
	i386: {
		1: 'absolute',
		2: 'pc-relative',
		5: 'copy',
		6: 'global-data',
		7: 'jump-slot',
		8: 'relative',
		42: 'indirect',
	},
	arm: {2: 'absolute', 20: 'copy', 21: 'global-data', 22: 'jump-slot', 23: 'relative', 160: 'indirect'},
};

function region(values: ReadonlyMap<number, number>, address: number, size: number): Region | null {
	const at = values.get(address);
	const bytes = values.get(size) ?? 0;
	return at === undefined || bytes === 0 ? null : {address: at, size: bytes};
}

function without(table: Region | null, plt: Region | null): Region | null {
	if (table === null || plt === null) return table;
	const end = table.address + table.size;
	return plt.address >= table.address && plt.address + plt.size === end
		? {address: table.address, size: table.size - plt.size}
		: table;
}

function readTable(
	context: Context,
	table: Region | null,
	name: 'rel' | 'rela' | 'plt',
	withAddend: boolean,
): Relocation[] {
	if (table === null) return [];
	const {bytes, segments, kinds} = context;
	const step = bytes.format.wide ? 8 : 4;
	const entry = step * (withAddend ? 3 : 2);
	const offset = offsetOf(segments, table.address, table.size, 'relocation table');
	bytes.need(offset, table.size, 'relocation table');
	return Array.from({length: Math.floor(table.size / entry)}, (_, index) => {
		const at = offset + index * entry;
		const address = bytes.word(at);
		const wide = bytes.format.wide;
		const type = wide ? bytes.low(at + step) : bytes.u32(at + step) & 0xff;
		return {
			kind: kinds[type] ?? 'other',
			table: name,
			address,
			symbol: wide ? bytes.high(at + step) : bytes.u32(at + step) >>> 8,
			addend: withAddend ? bytes.signedWord(at + 2 * step) : storedAddend(context, address),
			type,
		};
	});
}

function storedAddend({bytes, segments}: Context, address: number): number {
	const offset = findOffset(segments, address, bytes.format.wide ? 8 : 4);
	return offset === null ? 0 : bytes.word(offset);
}

/** An even word is an address; an odd one marks, bit by bit, which of the following words are relocated too. */
function readRelr(context: Context, table: Region | null): Relocation[] {
	if (table === null) return [];
	const {bytes, segments} = context;
	const step = bytes.format.wide ? 8 : 4;
	const offset = offsetOf(segments, table.address, table.size, 'RELR table');
	const relocations: Relocation[] = [];
	let last = -1;
	const add = (address: number, entry: number) => {
		// Addresses rise, and each is in the file: so a short table cannot stand for more words than the file has.
		const place = address > last ? findOffset(segments, address, step) : null;
		if (place === null) throw new ElfError(`RELR names the address 0x${address.toString(16)}`, entry);
		last = address;
		relocations.push({kind: 'relative', table: 'relr', address, symbol: 0, addend: bytes.word(place), type: 0});
	};
	let next = 0;
	for (let at = offset; at + step <= offset + table.size; at += step) {
		const low = bytes.format.wide ? bytes.low(at) : bytes.u32(at);
		if ((low & 1) === 0) {
			const address = bytes.word(at);
			add(address, at);
			next = address + step;
			continue;
		}
		const high = bytes.format.wide ? bytes.high(at) : 0;
		for (let bit = 1; bit < step * 8; bit += 1) {
			const set = bit < 32 ? (low >>> bit) & 1 : (high >>> (bit - 32)) & 1;
			if (set === 1) add(next + (bit - 1) * step, at);
		}
		next += (step * 8 - 1) * step;
	}
	return relocations;
}
