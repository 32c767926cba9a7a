/** This file reads the functions that a hunt looks for: the kept lists, or what given objects export. */

import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {exportedFunctions} from '../../binding/exports.js';
import {readObjectFile} from '../../object/object-file.js';

export interface HuntNames {
	readonly libpython: readonly string[];
	readonly libc: readonly string[];
}

/** `libpythons` are ELF files; the functions of all known ones where there are none. Errors: SuiteError naming the file. */
export function huntNames(libpythons: readonly string[]): HuntNames {
	const libc = kept('libc');
	if (libpythons.length === 0) return {libpython: kept('libpython'), libc};
	const ofLibc = new Set(libc);
	const names = new Set(libpythons.flatMap(exportsOf).filter(name => !ofLibc.has(name)));
	return {libpython: [...names].sort(), libc};
}

function kept(name: string): readonly string[] {
	const path = fileURLToPath(new URL(`../../../../data/hunt/${name}.txt`, import.meta.url));
	return readFileSync(path, 'utf8')
		.split('\n')
		.filter(line => line !== '');
}

function exportsOf(path: string): readonly string[] {
	return exportedFunctions(readObjectFile(path).elf).map(({name}) => name);
}
