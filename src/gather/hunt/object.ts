/** This file looks at one ELF object: what it defines of libpython and libc, and whether it looks like an interposer. */

import {
	type DefinedNames,
	type DynamicTables,
	definedNames,
	definedVersions,
	dynamicNames,
	indexNames,
	type NameIndex,
	type ReadAt,
	readText,
	readTexts,
} from '../../elf/defined-names.js';
import type {InterposerSign} from '../../model/hunt.js';
import {endingNames} from './ending-names.js';
import {librariesIn} from './text.js';

/** The functions that are looked for. */
export interface HuntedNames {
	readonly libpython: ReadonlySet<string>;
	readonly libc: ReadonlySet<string>;
	readonly index: NameIndex;
}

export type LookedAt =
	| {readonly kind: 'plain'}
	| {readonly kind: 'interpreter'}
	| {
			readonly kind: 'defines';
			readonly soname: string | null;
			readonly libpython: readonly string[];
			readonly libc: readonly string[];
			readonly signs: readonly InterposerSign[];
			readonly looksUp: readonly string[];
	  }
	/** A program that can set the environment and holds the variable's name. */
	| {readonly kind: 'setter'; readonly text: string; readonly libraries: readonly string[]};

export function huntedNames(libpython: Iterable<string>, libc: Iterable<string>): HuntedNames {
	const sets = {libpython: new Set(libpython), libc: new Set(libc)};
	return {...sets, index: indexNames([...sets.libpython, ...sets.libc])};
}

/** Errors: ElfError for an object whose tables lie outside the file. */
export function lookAt(read: ReadAt, {libpython, libc, index}: HuntedNames): LookedAt {
	const found = definedNames(read, index);
	if (found === null) return {kind: 'plain'};
	const python = found.defined.filter(name => libpython.has(name));
	if (interpreterFunctions.every(name => python.includes(name))) return {kind: 'interpreter'};
	if (found.type === 'executable') return setter(read, found);
	const ofLibc = found.defined.filter(name => libc.has(name));
	if (python.length === 0 && ofLibc.length === 0) return {kind: 'plain'};
	return closer(read, found, python, ofLibc);
}

/** Functions that every interpreter from 2.7 on defines, and no other object does. */
const interpreterFunctions = ['PyErr_Occurred', 'PyEval_GetBuiltins', 'Py_Initialize', 'Py_Main'] as const;

function closer(read: ReadAt, found: DefinedNames, libpython: readonly string[], libc: readonly string[]): LookedAt {
	const {format, tables} = found;
	const soname = tables.soname === null ? null : readText(read, tables, tables.soname);
	if (isPartOfLibc(soname, libc, () => definedVersions(read, format, tables))) return {kind: 'plain'};
	const names = [...libpython, ...libc];
	const symbols = dynamicNames(read, format, tables);
	const canLookUp = symbols.some(({name, defined}) => !defined && lookUps.has(name));
	const exported = symbols.filter(({name, defined, isFunction}) => defined && isFunction && !hooks.has(name)).length;
	const looksUp = canLookUp
		? heldAsText(
				read,
				found,
				names.filter(name => !accidental.test(name)),
			)
		: [];
	const isAllocator = ['malloc', 'free', 'realloc'].every(name => libc.includes(name));
	const signs: InterposerSign[] = [
		...(looksUp.length > 0 ? (['forwards'] as const) : []),
		...(isAllocator ? (['allocator'] as const) : []),
		...(names.length >= exported * mostlyStandsIn ? (['stands-in'] as const) : []),
	];
	return {kind: 'defines', soname, libpython, libc, signs, looksUp};
}

/** glibc's own parts define its versions; musl's library has none, and nearly all of the functions. */
function isPartOfLibc(soname: string | null, libc: readonly string[], versions: () => readonly string[]): boolean {
	if (libc.length > mostOfLibc) return true;
	return partsOfGlibc.test(soname ?? '') && versions().some(name => name.startsWith('GLIBC_'));
}

const mostOfLibc = 1000;
const partsOfGlibc =
	/^(ld[-.]|ld64|lib(c|m|mvec|pthread|dl|rt|resolv|util|nsl|anl|BrokenLocale|thread_db|nss_\w+|crypt)\.so|lib(c|m)-2)/;
/** A library of other purposes exports more of its own: libattr and libtirpc have 46 and 52 % in common with libc. */
const mostlyStandsIn = 2 / 3;
const hooks: ReadonlySet<string> = new Set(['_init', '_fini']);
const lookUps: ReadonlySet<string> = new Set(['dlsym', 'dlvsym', '__libc_dlsym']);
/** Names that libraries bring along for systems whose C library lacks them. */
const accidental =
	/^(error|getopt|optarg|obstack|argp_|reg(comp|exec|free|error)|fnmatch|glob|basename|dirname|str(lcpy|lcat)|crypt|dl(sym|vsym))/;

/** An interposer hands dlsym the function's name, so the name stands among its constants, if as the end of a longer one. */
function heldAsText(read: ReadAt, {tables}: DefinedNames, names: readonly string[]): readonly string[] {
	const found = new Set<string>();
	const look = endingNames(names, found);
	for (const {piece, at} of constants(read, tables)) {
		// The table of names itself holds every name.
		look(piece.subarray(0, Math.max(tables.strings - at, 0)));
		look(piece.subarray(Math.max(tables.strings + tables.stringsSize - at, 0)));
	}
	return [...found].sort();
}

/** A program that can hand an environment on and has the variable's name among its constants. */
function setter(read: ReadAt, {format, tables}: DefinedNames): LookedAt {
	// Most programs hold no such name at all: to search their texts is faster than to take them apart.
	if (!holdsOne.test(readTexts(read, format, tables))) return {kind: 'plain'};
	const symbols = dynamicNames(read, format, tables);
	if (!symbols.some(({name, defined}) => !defined && isOne.test(name))) return {kind: 'plain'};
	for (const {piece} of constants(read, tables)) {
		const at = piece.indexOf(variable);
		if (at >= 0) {
			const text = textAround(piece, at);
			return {kind: 'setter', text, libraries: librariesIn(text)};
		}
	}
	return {kind: 'plain'};
}

const handsOn = '((set|put)env|execv?[lpe]+|execve(at)?|posix_spawnp?)';
const isOne = new RegExp(`^${handsOn}$`);
const holdsOne = new RegExp(`${handsOn}(\\0|$)`);
const variable = 'LD_PRELOAD';

/** The constant that the name stands in, with a little of what follows: the library is often the next one. */
function textAround(piece: Buffer, at: number): string {
	const begin = Math.max(piece.lastIndexOf(0, at) + 1, at - 80);
	return piece
		.toString('latin1', begin, Math.min(piece.length, at + 120))
		.replace(/\0+/g, ' ')
		.replace(/[^ -~]+.*/s, '')
		.trim();
}

/** What stands in segments that nobody writes to. A piece is valid until the next one. */
function* constants(read: ReadAt, {loads}: DynamicTables): Generator<{readonly piece: Buffer; readonly at: number}> {
	for (const {offset, size, flags} of loads) if ((flags & writable) === 0) yield* pieces(read, offset, size);
}

/** PF_W. */
const writable = 2;
const pieceSize = 1 << 20;
const overlap = 256;
const mostText = 1 << 26;

function* pieces(read: ReadAt, offset: number, size: number): ReturnType<typeof constants> {
	const end = offset + Math.min(size, mostText);
	for (let at = offset; at < end; at += pieceSize - overlap) {
		const length = Math.min(pieceSize, end - at);
		const {buffer, byteOffset, byteLength} = read(at, length);
		yield {piece: Buffer.from(buffer, byteOffset, byteLength), at};
		if (length < pieceSize) return;
	}
}
