/** This file reads the relocations that the dynamic linker applies: REL, RELA, RELR and those of the PLT. */

import {ElfError} from '../errors.js';
import type {Bytes} from './bytes.js';
import {type Dynamic, tags} from './dynamic.js';
import {findOffset, offsetOf, type Segment} from './segments.js';

export interface Relocation {
	/** What it does, alike on every machine; `other` where it is of no concern to references. */
	readonly kind: RelocationKind;
	readonly table: TableName;
	/** The address that it changes. */
	readonly address: number;
	/** The dynamic symbol that it names, by index; 0 where it names none. */
	readonly symbol: number;
	/** Where REL or RELR keep it in the place itself, it is read from there. */
	readonly addend: number;
}

/** `plt` is what DT_JMPREL points to. */
export type TableName = 'rel' | 'rela' | 'relr' | 'plt';

export type RelocationKind =
	| 'jump-slot'
	| 'global-data'
	| 'absolute'
	| 'pc-relative'
	| 'relative'
	| 'indirect'
	| 'copy'
	| 'other';

/** Most of a table's entries are relative, so those are kept in columns and become objects only where that is asked for. */
export interface RelocationTables {
	readonly relative: RelativeRelocations;
	/** All the others. */
	readonly others: readonly Relocation[];
}

export interface RelativeRelocations {
	/** The words that they change. */
	readonly addresses: readonly number[];
	/** What they put there, before the object's load address is added. */
	readonly values: readonly number[];
	readonly tables: readonly TableName[];
}

export function readRelocations(
	bytes: Bytes,
	machine: string,
	segments: readonly Segment[],
	dynamic: Dynamic,
): RelocationTables {
	const kinds = new Map(Object.entries(relocationKinds[machine] ?? {}).map(([type, kind]) => [Number(type), kind]));
	const context: Context = {bytes, segments, kinds, relative: {addresses: [], values: [], tables: []}, others: []};
	const {values} = dynamic;
	const plt = region(values, tags.pltRelocations, tags.pltRelocationsSize);
	const pltIsRela = (values.get(tags.pltRelocationsType) ?? tags.rela) === tags.rela;
	readRelr(context, region(values, tags.relr, tags.relrSize));
	// Some linkers count the PLT's relocations into the main table as well; one relocation is one relocation.
	readTable(context, without(region(values, tags.rela, tags.relaSize), plt), 'rela', true);
	readTable(context, without(region(values, tags.rel, tags.relSize), plt), 'rel', false);
	readTable(context, plt, 'plt', pltIsRela);
	return context;
}

/** Relative ones first; otherwise in the order of the tables. */
export function listRelocations({relative, others}: RelocationTables): readonly Relocation[] {
	const {addresses, values, tables} = relative;
	const listed = addresses.map((address, index): Relocation => {
		return {kind: 'relative', table: tables[index] ?? 'rela', address, symbol: 0, addend: values[index] ?? 0};
	});
	return [...listed, ...others];
}

interface Context {
	readonly bytes: Bytes;
	readonly segments: readonly Segment[];
	readonly kinds: ReadonlyMap<number, RelocationKind>;
	readonly relative: {readonly addresses: number[]; readonly values: number[]; readonly tables: TableName[]};
	readonly others: Relocation[];
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

function readTable(context: Context, table: Region | null, name: TableName, withAddend: boolean): void {
	if (table === null) return;
	const {bytes, segments} = context;
	const entry = (bytes.format.wide ? 8 : 4) * (withAddend ? 3 : 2);
	const offset = offsetOf(segments, table.address, table.size, 'relocation table');
	bytes.need(offset, table.size, 'relocation table');
	const read = bytes.format.wide ? readWide : readNarrow;
	for (let at = offset; at + entry <= offset + table.size; at += entry) read(context, at, name, withAddend);
}

function readWide(context: Context, at: number, table: TableName, withAddend: boolean): void {
	const {view, format, halves} = context.bytes;
	const {littleEndian} = format;
	const {low, high} = halves;
	const address = view.getUint32(at + high, littleEndian) * 2 ** 32 + view.getUint32(at + low, littleEndian);
	const addend = withAddend
		? view.getInt32(at + 16 + high, littleEndian) * 2 ** 32 + view.getUint32(at + 16 + low, littleEndian)
		: storedAddend(context, address);
	const [type, symbol] = [view.getUint32(at + 8 + low, littleEndian), view.getUint32(at + 8 + high, littleEndian)];
	add(context, address, type, symbol, addend, table);
}

function readNarrow(context: Context, at: number, table: TableName, withAddend: boolean): void {
	const {bytes} = context;
	const address = bytes.u32(at);
	const info = bytes.u32(at + 4);
	const addend = withAddend ? bytes.i32(at + 8) : storedAddend(context, address);
	add(context, address, info & 0xff, info >>> 8, addend, table);
}

function add(
	{kinds, relative, others}: Context,
	address: number,
	type: number,
	symbol: number,
	addend: number,
	table: TableName,
): void {
	const kind = kinds.get(type) ?? 'other';
	if (kind === 'relative') {
		relative.addresses.push(address);
		relative.values.push(addend);
		relative.tables.push(table);
	} else {
		others.push({kind, table, address, symbol, addend});
	}
}

function storedAddend({bytes, segments}: Context, address: number): number {
	const offset = findOffset(segments, address, bytes.format.wide ? 8 : 4);
	return offset === null ? 0 : bytes.word(offset);
}

/** An even word is an address; an odd one marks, bit by bit, which of the following words are relocated too. */
function readRelr(context: Context, table: Region | null): void {
	if (table === null) return;
	const {bytes, segments} = context;
	const step = bytes.format.wide ? 8 : 4;
	const offset = offsetOf(segments, table.address, table.size, 'RELR table');
	let last = -1;
	const addRelative = (address: number, entry: number) => {
		// Addresses rise, and each is in the file: so a short table cannot stand for more words than the file has.
		const place = address > last ? findOffset(segments, address, step) : null;
		if (place === null) throw new ElfError(`RELR names the address 0x${address.toString(16)}`, entry);
		last = address;
		context.relative.addresses.push(address);
		context.relative.values.push(bytes.word(place));
		context.relative.tables.push('relr');
	};
	let next = 0;
	for (let at = offset; at + step <= offset + table.size; at += step) {
		const low = bytes.format.wide ? bytes.low(at) : bytes.u32(at);
		if ((low & 1) === 0) {
			const address = bytes.word(at);
			addRelative(address, at);
			next = address + step;
			continue;
		}
		const high = bytes.format.wide ? bytes.high(at) : 0;
		for (let bit = 1; bit < step * 8; bit += 1) {
			const set = bit < 32 ? (low >>> bit) & 1 : (high >>> (bit - 32)) & 1;
			if (set === 1) addRelative(next + (bit - 1) * step, at);
		}
		next += (step * 8 - 1) * step;
	}
}
