/**
 * This file finds, in few and small reads, which of many names an object defines for others: the GNU hash table holds a
 * hash of each defined name, so that no other name has to be read.
 */

import {ElfError} from '../errors.js';
import type {Format} from './bytes.js';
import {gnuHash} from './gnu-hash.js';
import {readFormat} from './header.js';

/** Bytes of the file; fewer than asked for at its end. They are valid until the next read. */
export type ReadAt = (offset: number, size: number) => Uint8Array;

/** Names to be found, with their hashes as the GNU hash table has them. */
export interface NameIndex {
	readonly byHash: ReadonlyMap<number, readonly string[]>;
	/** A bit for each low half of a hash that is there: most names are turned away by it. */
	readonly bits: Uint8Array;
	readonly names: ReadonlySet<string>;
}

export interface DefinedNames {
	readonly format: Format;
	readonly type: 'shared' | 'executable';
	/** Sorted. */
	readonly defined: readonly string[];
	/** For what is looked at closer, where a name was found. */
	readonly tables: DynamicTables;
}

/** File offsets; addresses are translated already. */
export interface DynamicTables {
	readonly symbols: number;
	readonly symbolCount: number;
	readonly firstHashed: number;
	readonly strings: number;
	readonly stringsSize: number;
	readonly soname: number | null;
	readonly versionsDefined: number | null;
	readonly versionsDefinedCount: number;
	readonly loads: readonly Load[];
}

export interface Load {
	readonly offset: number;
	readonly address: number;
	readonly size: number;
	readonly flags: number;
}

export function indexNames(names: Iterable<string>): NameIndex {
	const byHash = new Map<number, string[]>();
	const bits = new Uint8Array(1 << 13);
	const all = new Set(names);
	for (const name of all) {
		// The lowest bit of an entry marks the end of a chain.
		const hash = gnuHash(name) & ~1;
		const same = byHash.get(hash);
		if (same === undefined) byHash.set(hash, [name]);
		else same.push(name);
		const low = (hash >>> 1) & 0xffff;
		bits[low >>> 3] = (bits[low >>> 3] ?? 0) | (1 << (low & 7));
	}
	return {byHash, bits, names: all};
}

/** Null for what is no dynamic object of two kinds: a library or an executable. Errors: ElfError where tables lie outside the file. */
export function definedNames(read: ReadAt, index: NameIndex): DefinedNames | null {
	const format = readFormat(read(0, identSize));
	const file = new FileBytes(read, format);
	const type = file.u16(16);
	if (type !== sharedType && type !== executableType) return null;
	const {loads, dynamic} = readSegments(file);
	if (dynamic === null) return null;
	const tables = readTables(file, loads, dynamic);
	if (tables === null) return null;
	const defined = tables.gnuHash === null ? scanned(file, tables, index) : hashed(file, tables, tables.gnuHash, index);
	const isExecutable = type === executableType || tables.isExecutable;
	return {format, type: isExecutable ? 'executable' : 'shared', defined: [...defined].sort(), tables};
}

/** The names of all dynamic symbols that `wanted` accepts; `undefined` ones are imports. */
export function dynamicNames(
	read: ReadAt,
	format: Format,
	tables: DynamicTables,
): readonly {readonly name: string; readonly defined: boolean; readonly isFunction: boolean}[] {
	const file = new FileBytes(read, format);
	const size = symbolSize(format);
	// Copied: the read of the strings may take the place of the symbols.
	const symbols = new DataView(new Uint8Array(file.bytes(tables.symbols, tables.symbolCount * size)).buffer);
	const {buffer, byteOffset, byteLength} = file.bytes(tables.strings, tables.stringsSize);
	const strings = Buffer.from(buffer, byteOffset, byteLength);
	const little = format.littleEndian;
	return Array.from({length: tables.symbolCount}, (_, at) => {
		const offset = at * size;
		const info = symbols.getUint8(offset + (format.is64 ? 4 : 12));
		const section = symbols.getUint16(offset + (format.is64 ? 6 : 14), little);
		return {
			name: textAt(strings, symbols.getUint32(offset, little)),
			defined: section !== 0 && info >> 4 !== 0,
			isFunction: isFunctionType(info & 0xf),
		};
	});
}

/** All names and other texts that the tables speak of, each before a NUL. Errors: ElfError where they lie outside the file. */
export function readTexts(read: ReadAt, format: Format, {strings, stringsSize}: DynamicTables): string {
	const {buffer, byteOffset, byteLength} = new FileBytes(read, format).bytes(strings, stringsSize);
	return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

export function readText(read: ReadAt, tables: DynamicTables, offset: number): string {
	const bytes = textBytes(read, tables, offset);
	return textAt(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

/** A text and what follows it. */
function textBytes(read: ReadAt, {strings, stringsSize}: DynamicTables, offset: number): Uint8Array {
	return read(strings + offset, Math.max(Math.min(longestName, stringsSize - offset), 0));
}

/** The names of the versions that the object defines. */
export function definedVersions(read: ReadAt, format: Format, tables: DynamicTables): readonly string[] {
	if (tables.versionsDefined === null) return [];
	const file = new FileBytes(read, format);
	const names: string[] = [];
	let at = tables.versionsDefined;
	for (let left = Math.min(tables.versionsDefinedCount, mostVersions); left > 0; left--) {
		const entry = file.view(at, 20);
		const [auxiliary, next] = [12, 16].map(field => entry.getUint32(field, format.littleEndian)) as [number, number];
		names.push(readText(read, tables, file.u32(at + auxiliary)));
		if (next === 0) break;
		at += next;
	}
	return names;
}

/** EI_NIDENT. */
const identSize = 16;
const sharedType = 3;
const executableType = 2;
const longestName = 4096;
const mostVersions = 1000;
/** More than any object has; a forged count would ask for memory without end. */
const mostSymbols = 1 << 22;

class FileBytes {
	constructor(
		readonly read: ReadAt,
		readonly format: Format,
	) {}

	/** Errors: ElfError where the file does not hold them all. */
	bytes(offset: number, size: number): Uint8Array {
		if (!(offset >= 0 && size >= 0 && size < 1 << 30)) throw new ElfError('A table lies outside the file', 0);
		const bytes = this.read(offset, size);
		if (bytes.length < size) throw new ElfError('A table lies outside the file', offset);
		return bytes;
	}

	view(offset: number, size: number): DataView {
		const bytes = this.bytes(offset, size);
		return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	u16(offset: number): number {
		return this.view(offset, 2).getUint16(0, this.format.littleEndian);
	}

	u32(offset: number): number {
		return this.view(offset, 4).getUint32(0, this.format.littleEndian);
	}

	word(offset: number): number {
		return wordIn(this.view(offset, this.format.is64 ? 8 : 4), 0, this.format);
	}
}

function wordIn(view: DataView, at: number, {is64, littleEndian}: Format): number {
	const [low, high] = littleEndian ? [at, at + 4] : [at + 4, at];
	return is64
		? view.getUint32(high, littleEndian) * 2 ** 32 + view.getUint32(low, littleEndian)
		: view.getUint32(at, littleEndian);
}

function readSegments(file: FileBytes): {loads: Load[]; dynamic: Load | null} {
	const {is64: wide} = file.format;
	const [tableAt, entrySize, count] = [file.word(wide ? 32 : 28), file.u16(wide ? 54 : 42), file.u16(wide ? 56 : 44)];
	const loads: Load[] = [];
	let dynamic: Load | null = null;
	if (count > 0 && entrySize !== (wide ? 56 : 32))
		throw new ElfError('The segment table has entries of another size', tableAt);
	const view = file.view(tableAt, count * entrySize);
	for (let at = 0; at < view.byteLength; at += entrySize) {
		const type = view.getUint32(at, file.format.littleEndian);
		if (type !== 1 && type !== 2) continue;
		const word = (wideAt: number, narrowAt: number) => wordIn(view, at + (wide ? wideAt : narrowAt), file.format);
		const segment = {
			offset: word(8, 4),
			address: word(16, 8),
			size: word(32, 16),
			flags: view.getUint32(at + (wide ? 4 : 24), file.format.littleEndian),
		};
		if (type === 1) loads.push(segment);
		else dynamic = segment;
	}
	return {loads, dynamic};
}

interface Tables extends DynamicTables {
	readonly gnuHash: number | null;
	readonly isExecutable: boolean;
}

function readTables(file: FileBytes, loads: readonly Load[], dynamic: Load): Tables | null {
	const values = readDynamic(file, dynamic);
	const placed = (tag: number) => {
		const address = values.get(tag);
		return address === undefined ? null : offsetIn(loads, address);
	};
	const [symbols, strings, gnuHash, hash] = [placed(6), placed(5), placed(0x6ffffef5), placed(4)];
	if (symbols === null || strings === null) return null;
	const chains = gnuHash === null ? null : gnuShape(file, gnuHash);
	const symbolCount = chains?.count ?? (hash === null ? 0 : file.u32(hash + 4));
	if (symbolCount > mostSymbols) throw new ElfError('There are more symbols than an object has', symbols);
	const flags1 = values.get(0x6ffffffb) ?? 0;
	return {
		symbols,
		symbolCount,
		firstHashed: chains?.first ?? 0,
		strings,
		stringsSize: values.get(10) ?? 0,
		soname: values.get(14) ?? null,
		versionsDefined: placed(0x6ffffffc),
		versionsDefinedCount: values.get(0x6ffffffd) ?? 0,
		loads,
		gnuHash,
		// DF_1_PIE, and DT_DEBUG, which linkers write into executables only.
		isExecutable: (flags1 & 0x0800_0000) !== 0 || values.has(21),
	};
}

function readDynamic(file: FileBytes, {offset, size}: Load): ReadonlyMap<number, number> {
	const values = new Map<number, number>();
	const entry = file.format.is64 ? 16 : 8;
	const view = file.view(offset, Math.min(size, 1 << 16));
	for (let at = 0; at + entry <= view.byteLength; at += entry) {
		const tag = wordIn(view, at, file.format);
		if (tag === 0) break;
		if (!values.has(tag)) values.set(tag, wordIn(view, at + entry / 2, file.format));
	}
	return values;
}

function offsetIn(loads: readonly Load[], address: number): number {
	for (const load of loads) {
		const into = address - load.address;
		if (into >= 0 && into < load.size) return load.offset + into;
	}
	throw new ElfError(`Nothing of the file is at address 0x${address.toString(16)}`, 0);
}

/** The last chain of the highest bucket ends with the last symbol. */
function gnuShape(file: FileBytes, at: number): {readonly count: number; readonly first: number} {
	const little = file.format.littleEndian;
	const header = file.view(at, 16);
	const [buckets, first, bloom] = [0, 4, 8].map(offset => header.getUint32(offset, little)) as [number, number, number];
	if (buckets > mostSymbols || bloom > mostSymbols) throw new ElfError('The hash table is larger than any', at);
	const bucketsAt = at + 16 + bloom * (file.format.is64 ? 8 : 4);
	const table = file.view(bucketsAt, buckets * 4);
	let last = 0;
	for (let index = 0; index < buckets; index++) last = Math.max(last, table.getUint32(index * 4, little));
	if (last < first) return {count: first, first};
	const chains = bucketsAt + buckets * 4;
	for (;;) {
		if (last > mostSymbols) throw new ElfError('The hash table has no end', at);
		const piece = file.read(chains + (last - first) * 4, 256);
		const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
		if (piece.length < 4) throw new ElfError('The hash table has no end', at);
		for (let offset = 0; offset + 4 <= piece.length; offset += 4, last++) {
			if ((view.getUint32(offset, little) & 1) === 1) return {count: last + 1, first};
		}
	}
}

/** A symbol whose hash is that of some names. */
interface Hit {
	readonly symbol: number;
	readonly names: readonly string[];
}

/** Every name whose hash is one of the index's is read and compared; no other is. */
function hashed(file: FileBytes, tables: Tables, gnuHash: number, index: NameIndex): ReadonlySet<string> {
	const little = file.format.littleEndian;
	const hits: Hit[] = [];
	const header = file.view(gnuHash, 16);
	const [buckets, bloom] = [header.getUint32(0, little), header.getUint32(8, little)];
	const chainsAt = gnuHash + 16 + bloom * (file.format.is64 ? 8 : 4) + buckets * 4;
	const count = tables.symbolCount - tables.firstHashed;
	const chains = file.view(chainsAt, count * 4);
	const {bits} = index;
	for (let at = 0; at < count; at++) {
		const hash = chains.getUint32(at * 4, little);
		const low = (hash >>> 1) & 0xffff;
		if (((bits[low >>> 3] as number) & (1 << (low & 7))) === 0) continue;
		const names = index.byHash.get(hash & ~1);
		if (names !== undefined) hits.push({symbol: tables.firstHashed + at, names});
	}
	return named(file, tables, hits);
}

/** Tables are read from front to back, each on its own: what was read ahead serves the next symbol and the next name. */
function named(file: FileBytes, tables: Tables, hits: readonly Hit[]): ReadonlySet<string> {
	const places = hits.flatMap(({symbol, names}) => {
		const nameAt = nameOfDefined(file, tables, symbol);
		return nameAt === null ? [] : [{nameAt, names}];
	});
	const found = new Set<string>();
	for (const {nameAt, names} of places.sort((a, b) => a.nameAt - b.nameAt)) {
		const bytes = textBytes(file.read, tables, nameAt);
		for (const name of names) if (isText(bytes, name)) found.add(name);
	}
	return found;
}

/** Where the name of a function stands that is defined for others; null for any other symbol. */
function nameOfDefined(file: FileBytes, tables: Tables, symbol: number): number | null {
	const {is64, littleEndian} = file.format;
	const size = symbolSize(file.format);
	const entry = file.view(tables.symbols + symbol * size, size);
	const info = entry.getUint8(is64 ? 4 : 12);
	const visibility = entry.getUint8(is64 ? 5 : 13) & 3;
	const section = entry.getUint16(is64 ? 6 : 14, littleEndian);
	// STB_LOCAL, STV_INTERNAL and STV_HIDDEN are for the object itself.
	const isForOthers = section !== 0 && info >> 4 !== 0 && visibility !== 1 && visibility !== 2;
	return isForOthers && isFunctionType(info & 0xf) ? entry.getUint32(0, littleEndian) : null;
}

function isText(bytes: Uint8Array, name: string): boolean {
	// The end of the file ends a name, too.
	if ((bytes[name.length] ?? 0) !== 0) return false;
	for (let at = 0; at < name.length; at++) if (bytes[at] !== name.charCodeAt(at)) return false;
	return true;
}

/** Objects of old and of MIPS have the System V table only. */
function scanned(file: FileBytes, tables: Tables, index: NameIndex): ReadonlySet<string> {
	const found = new Set<string>();
	for (const {name, defined, isFunction} of dynamicNames(file.read, file.format, tables)) {
		if (defined && isFunction && index.names.has(name)) found.add(name);
	}
	return found;
}

/** STT_FUNC and STT_GNU_IFUNC. */
function isFunctionType(type: number): boolean {
	return type === 2 || type === 10;
}

function symbolSize({is64}: Format): number {
	return is64 ? 24 : 16;
}

function textAt(strings: Buffer, offset: number): string {
	const end = strings.indexOf(0, offset);
	return offset < 0 || offset >= strings.length
		? ''
		: strings.toString('latin1', offset, end < 0 ? strings.length : end);
}
