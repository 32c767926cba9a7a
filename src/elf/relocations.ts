/** This file reads the relocations that the dynamic linker applies: REL, RELA, RELR, those of the PLT, and Android's packed ones. */

import {ElfError} from '../errors.js';
import {
	DT_ANDROID_REL,
	DT_ANDROID_RELA,
	DT_ANDROID_RELASZ,
	DT_ANDROID_RELR,
	DT_ANDROID_RELRSZ,
	DT_ANDROID_RELSZ,
	DT_JMPREL,
	DT_PLTREL,
	DT_PLTRELSZ,
	DT_REL,
	DT_RELA,
	DT_RELASZ,
	DT_RELR,
	DT_RELRSZ,
	DT_RELSZ,
} from './abi.js';
import {unpackRelocations} from './android-relocations.js';
import type {Bytes} from './bytes.js';
import type {Dynamic} from './dynamic.js';
import {findOffset, offsetOf, type Segment} from './segments.js';

export interface Relocation {
	/** As the ABIs name it, whatever prefix and width a machine adds; `other` where it is of no concern to references. */
	readonly kind: RelocationKind;
	readonly table: TableName;
	/** The address that it changes. */
	readonly address: number;
	/** The dynamic symbol that it names, by index; 0 where it names none. */
	readonly symbol: number;
	/** Where REL or RELR keep it in the place itself, it is read from there. */
	readonly addend: number;
}

/** Named by the tag that points to it: DT_REL, DT_RELA, DT_RELR; `plt` is DT_JMPREL's. */
export type TableName = 'rel' | 'rela' | 'relr' | 'plt';

export type RelocationKind =
	/** The GOT slot of a PLT stub: the address of the symbol. */
	| 'JUMP_SLOT'
	/** Another GOT slot: the address of the symbol. */
	| 'GLOB_DAT'
	/** A word of data: the address of the symbol (R_X86_64_64, R_AARCH64_ABS64). */
	| 'ABSOLUTE'
	/** The distance from the word to the symbol (R_X86_64_PC32). */
	| 'PC_RELATIVE'
	/** An address in the object itself, without a symbol. */
	| 'RELATIVE'
	/** What the resolver at the address returns (STT_GNU_IFUNC), without a symbol. */
	| 'IRELATIVE'
	| 'COPY'
	/** The number of the object that a thread's own variable belongs to; the word behind it is the variable's offset in that object. */
	| 'TLS_MODULE'
	/** Such an offset, or the distance from what the thread pointer points to; or what computes it (TLSDESC). */
	| 'TLS_OFFSET'
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

/** Whether relocations of the machine can be told apart. */
export function knowsRelocationsOf(machine: string): boolean {
	return typesOf(machine) !== undefined;
}

function typesOf(machine: string) {
	return relocationTypes[machine === 'ppc64le' ? 'ppc64' : machine];
}

export function readRelocations(
	bytes: Bytes,
	machine: string,
	segments: readonly Segment[],
	dynamic: Dynamic,
): RelocationTables {
	const kinds = new Map((typesOf(machine) ?? []).map(([, type, kind]) => [type, kind]));
	const context: Context = {bytes, segments, kinds, relative: {addresses: [], values: [], tables: []}, others: []};
	const {values} = dynamic;
	const plt = region(values, DT_JMPREL, DT_PLTRELSZ);
	const pltIsRela = (values.get(DT_PLTREL) ?? DT_RELA) === DT_RELA;
	readRelr(context, region(values, DT_RELR, DT_RELRSZ));
	readRelr(context, region(values, DT_ANDROID_RELR, DT_ANDROID_RELRSZ));
	readPacked(context, region(values, DT_ANDROID_RELA, DT_ANDROID_RELASZ), 'rela');
	readPacked(context, region(values, DT_ANDROID_REL, DT_ANDROID_RELSZ), 'rel');
	// Some linkers count those of DT_JMPREL into DT_RELASZ as well: they are read once.
	readTable(context, without(region(values, DT_RELA, DT_RELASZ), plt), 'rela', true);
	readTable(context, without(region(values, DT_REL, DT_RELSZ), plt), 'rel', false);
	readTable(context, plt, 'plt', pltIsRela);
	return context;
}

/** Relative ones first; otherwise in the order of the tables. */
export function listRelocations({relative, others}: RelocationTables): readonly Relocation[] {
	const {addresses, values, tables} = relative;
	const listed = addresses.map((address, index): Relocation => {
		return {kind: 'RELATIVE', table: tables[index] ?? 'rela', address, symbol: 0, addend: values[index] ?? 0};
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

/** By machine, the types that a linker leaves to the dynamic linker; their names follow R_X86_64_, R_AARCH64_ and so on. */
const relocationTypes: Readonly<
	Record<string, readonly (readonly [name: string, type: number, kind: RelocationKind])[]>
> = {
	x86_64: [
		['64', 1, 'ABSOLUTE'],
		['32', 10, 'ABSOLUTE'],
		['PC32', 2, 'PC_RELATIVE'],
		['PLT32', 4, 'PC_RELATIVE'],
		['PC64', 24, 'PC_RELATIVE'],
		['COPY', 5, 'COPY'],
		['GLOB_DAT', 6, 'GLOB_DAT'],
		['JUMP_SLOT', 7, 'JUMP_SLOT'],
		['RELATIVE', 8, 'RELATIVE'],
		['IRELATIVE', 37, 'IRELATIVE'],
		['DTPMOD64', 16, 'TLS_MODULE'],
		['DTPOFF64', 17, 'TLS_OFFSET'],
		['TPOFF64', 18, 'TLS_OFFSET'],
		['TLSDESC', 36, 'TLS_OFFSET'],
	],
	aarch64: [
		['ABS64', 257, 'ABSOLUTE'],
		['COPY', 1024, 'COPY'],
		['GLOB_DAT', 1025, 'GLOB_DAT'],
		['JUMP_SLOT', 1026, 'JUMP_SLOT'],
		['RELATIVE', 1027, 'RELATIVE'],
		['IRELATIVE', 1032, 'IRELATIVE'],
		['TLS_DTPMOD', 1028, 'TLS_MODULE'],
		['TLS_DTPREL', 1029, 'TLS_OFFSET'],
		['TLS_TPREL', 1030, 'TLS_OFFSET'],
		['TLSDESC', 1031, 'TLS_OFFSET'],
	],
	i386: [
		['32', 1, 'ABSOLUTE'],
		['PC32', 2, 'PC_RELATIVE'],
		['COPY', 5, 'COPY'],
		['GLOB_DAT', 6, 'GLOB_DAT'],
		['JUMP_SLOT', 7, 'JUMP_SLOT'],
		['RELATIVE', 8, 'RELATIVE'],
		['IRELATIVE', 42, 'IRELATIVE'],
		['TLS_TPOFF', 14, 'TLS_OFFSET'],
		['TLS_DTPMOD32', 35, 'TLS_MODULE'],
		['TLS_DTPOFF32', 36, 'TLS_OFFSET'],
		['TLS_TPOFF32', 37, 'TLS_OFFSET'],
		['TLS_DESC', 41, 'TLS_OFFSET'],
	],
	riscv64: [
		['64', 2, 'ABSOLUTE'],
		['RELATIVE', 3, 'RELATIVE'],
		['COPY', 4, 'COPY'],
		['JUMP_SLOT', 5, 'JUMP_SLOT'],
		['IRELATIVE', 58, 'IRELATIVE'],
		['TLS_DTPMOD64', 7, 'TLS_MODULE'],
		['TLS_DTPREL64', 9, 'TLS_OFFSET'],
		['TLS_TPREL64', 11, 'TLS_OFFSET'],
		['TLSDESC', 12, 'TLS_OFFSET'],
	],
	s390x: [
		['PC32', 5, 'PC_RELATIVE'],
		['COPY', 9, 'COPY'],
		['GLOB_DAT', 10, 'GLOB_DAT'],
		['JMP_SLOT', 11, 'JUMP_SLOT'],
		['RELATIVE', 12, 'RELATIVE'],
		['64', 22, 'ABSOLUTE'],
		['IRELATIVE', 61, 'IRELATIVE'],
		['TLS_DTPMOD', 54, 'TLS_MODULE'],
		['TLS_DTPOFF', 55, 'TLS_OFFSET'],
		['TLS_TPOFF', 56, 'TLS_OFFSET'],
	],
	ppc64: [
		['COPY', 19, 'COPY'],
		['GLOB_DAT', 20, 'GLOB_DAT'],
		['JMP_SLOT', 21, 'JUMP_SLOT'],
		['RELATIVE', 22, 'RELATIVE'],
		['ADDR64', 38, 'ABSOLUTE'],
		['JMP_IREL', 247, 'IRELATIVE'],
		['IRELATIVE', 248, 'IRELATIVE'],
		['DTPMOD64', 68, 'TLS_MODULE'],
		['TPREL64', 73, 'TLS_OFFSET'],
		['DTPREL64', 78, 'TLS_OFFSET'],
	],
	arm: [
		['ABS32', 2, 'ABSOLUTE'],
		['COPY', 20, 'COPY'],
		['GLOB_DAT', 21, 'GLOB_DAT'],
		['JUMP_SLOT', 22, 'JUMP_SLOT'],
		['RELATIVE', 23, 'RELATIVE'],
		['IRELATIVE', 160, 'IRELATIVE'],
		['TLS_DESC', 13, 'TLS_OFFSET'],
		['TLS_DTPMOD32', 17, 'TLS_MODULE'],
		['TLS_DTPOFF32', 18, 'TLS_OFFSET'],
		['TLS_TPOFF32', 19, 'TLS_OFFSET'],
	],
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
	const entry = (bytes.format.is64 ? 8 : 4) * (withAddend ? 3 : 2);
	const offset = offsetOf(segments, table.address, table.size, 'relocation table');
	bytes.need(offset, table.size, 'relocation table');
	const read = bytes.format.is64 ? readElf64 : readElf32;
	for (let at = offset; at + entry <= offset + table.size; at += entry) read(context, at, name, withAddend);
}

function readElf64(context: Context, at: number, table: TableName, withAddend: boolean): void {
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

function readElf32(context: Context, at: number, table: TableName, withAddend: boolean): void {
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
	if (kind === 'RELATIVE') {
		relative.addresses.push(address);
		relative.values.push(addend);
		relative.tables.push(table);
	} else {
		others.push({kind, table, address, symbol, addend});
	}
}

function readPacked(context: Context, table: Region | null, name: 'rel' | 'rela'): void {
	if (table === null) return;
	const {bytes, segments} = context;
	const offset = offsetOf(segments, table.address, table.size, 'packed relocations');
	const symbolUnit = bytes.format.is64 ? 2 ** 32 : 2 ** 8;
	for (const {address, information, addend} of unpackRelocations(bytes, offset, table.size)) {
		const symbol = Math.floor(information / symbolUnit);
		const type = information - symbol * symbolUnit;
		add(context, address, type, symbol, name === 'rela' ? addend : storedAddend(context, address), name);
	}
}

function storedAddend({bytes, segments}: Context, address: number): number {
	const offset = findOffset(segments, address, bytes.format.is64 ? 8 : 4);
	return offset === null ? 0 : bytes.word(offset);
}

/** DT_RELR: an even word is the address of a word to relocate; an odd one marks, bit by bit, which of the words after it follow suit. */
function readRelr(context: Context, table: Region | null): void {
	if (table === null) return;
	const {bytes, segments} = context;
	const step = bytes.format.is64 ? 8 : 4;
	const offset = offsetOf(segments, table.address, table.size, 'RELR table');
	let left = bytes.length / step;
	const addRelative = (address: number, entry: number) => {
		const place = findOffset(segments, address, step);
		if (place === null) throw new ElfError(`RELR names the address 0x${address.toString(16)}`, entry);
		// They need not rise (mold 1.10's do not), but a short table must not stand for more words than the file has.
		left -= 1;
		if (left < 0) throw new ElfError('RELR names more words than the file has', entry);
		context.relative.addresses.push(address);
		context.relative.values.push(bytes.word(place));
		context.relative.tables.push('relr');
	};
	let next = 0;
	for (let at = offset; at + step <= offset + table.size; at += step) {
		const low = bytes.format.is64 ? bytes.low(at) : bytes.u32(at);
		if ((low & 1) === 0) {
			const address = bytes.word(at);
			addRelative(address, at);
			next = address + step;
			continue;
		}
		const high = bytes.format.is64 ? bytes.high(at) : 0;
		for (let bit = 1; bit < step * 8; bit += 1) {
			const set = bit < 32 ? (low >>> bit) & 1 : (high >>> (bit - 32)) & 1;
			if (set === 1) addRelative(next + (bit - 1) * step, at);
		}
		next += (step * 8 - 1) * step;
	}
}
