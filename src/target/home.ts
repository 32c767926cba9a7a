/** This file finds the standard library with which a libpython can be started. */

import {existsSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {findOffset} from '../elf/segments.js';
import type {FoundTarget, Root} from '../model/target.js';
import type {Environment} from '../process/temporary.js';
import {complain} from './complaints.js';
import {prefixes} from './installed.js';
import type {PythonObject} from './objects.js';

export interface Home {
	/** For PYTHONHOME. */
	readonly folder: string;
	readonly notes: FoundTarget['notes'];
}

/** What is from packages has the standard library that they bring, and no other. Errors: TargetError where none of its version is found. */
export function findHome(library: PythonObject, env: Environment, root?: Root): Home {
	const version = versionOf(library);
	if (version === null) throw complain({kind: 'unknown-version', path: library.path});
	const own = ancestors(library.path).filter(
		folder => root === undefined || `${folder}/`.startsWith(`${root.folder}/`),
	);
	const elsewhere = root === undefined ? ['/usr', '/usr/local', ...prefixes(env)] : [];
	const tried = [...new Set([...own, ...elsewhere])];
	const folder = tried.find(folder => holds(folder, version));
	if (folder === undefined) {
		throw complain({kind: 'no-standard-library', path: library.path, version: version.number, tried: own});
	}
	return {folder, notes: own.includes(folder) ? [] : [borrowed(library.path, folder)]};
}

interface LibraryVersion {
	readonly number: string;
	/** What its folder is called: free-threaded builds have one of their own. */
	readonly folder: string;
}

/** From the soname, since a copy may bear any name; then from the file's name; then from what 3.11 and later export. */
function versionOf(object: PythonObject): LibraryVersion | null {
	const {path, soname} = object;
	const named = /^libpython(\d+\.\d+)_?([a-z]*)\.so/;
	const match = named.exec(soname ?? '') ?? named.exec(basename(path));
	if (match !== null) return libraryVersion(match[1] ?? '', match[2]?.includes('t') ?? false);
	const {elf} = object;
	const symbol = elf.dynamicSymbols.find(({name, defined}) => name === 'Py_Version' && defined);
	const offset = symbol === undefined ? null : findOffset(elf.segments, symbol.value, 8);
	if (offset === null) return null;
	// An unsigned long, whose value fits into four bytes: 0x030b02f0 is 3.11.2.
	const hex = elf.bytes.word(offset);
	return libraryVersion(`${(hex >>> 24) & 0xff}.${(hex >>> 16) & 0xff}`, false);
}

function libraryVersion(number: string, freeThreaded: boolean): LibraryVersion {
	return {number, folder: `python${number}${freeThreaded ? 't' : ''}`};
}

/** `/usr/lib/x86_64-linux-gnu/libpython3.11.so` has its standard library in `/usr`, `/opt/x/lib/libpython3.so` in `/opt/x`. */
function ancestors(path: string): string[] {
	const folder = dirname(path);
	return folder === path ? [] : [folder, ...ancestors(folder)];
}

/** configure chooses one of the two (`--with-platlibdir`), and the interpreter looks in that one only. */
function holds(prefix: string, {folder}: LibraryVersion): boolean {
	return ['lib', 'lib64'].some(name => {
		const library = join(prefix, name, folder);
		return existsSync(join(library, 'os.py')) && existsSync(join(library, 'encodings'));
	});
}

function borrowed(library: string, folder: string): FoundTarget['notes'][number] {
	const message = `${library} has no standard library of its own; it is started with the one in ${folder}.`;
	return {kind: 'borrowed-standard-library', message};
}
