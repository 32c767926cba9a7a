/** This file finds real libraries on the machine that the tests run on. */

import {existsSync, readdirSync, readFileSync, realpathSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';

export interface Library {
	readonly name: string;
	readonly path: string;
	readonly size: number;
}

/** Those of a folder, by default the one of libc, that are ELF files, each once, sorted by name. */
export function libraries(folder: string = libcFolder()): readonly Library[] {
	if (!existsSync(folder)) return [];
	const paths = readdirSync(folder)
		.filter(name => /^lib.*\.so(?:\.|$)/.test(name))
		.flatMap(name => real(join(folder, name)));
	return [...new Set(paths)]
		.map(path => ({name: path.replace(/.*\//, ''), path, size: statSync(path).size}))
		.filter(isElf)
		.sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** About `count` of them, evenly spread over the alphabet. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
	if (items.length <= count) return items;
	return Array.from({length: count}, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

/** Node itself has libc loaded. */
function libcFolder(): string {
	const report = process.report.getReport() as {readonly sharedObjects?: readonly string[]};
	const libc = (report.sharedObjects ?? []).find(path => /\/libc\.so\.6$/.test(path));
	return realpathSync(dirname(libc ?? '/usr/lib/libc.so.6'));
}

function real(path: string): readonly string[] {
	try {
		return [realpathSync(path)];
	} catch {
		// A dangling link.
		return [];
	}
}

function isElf({path, size}: Library): boolean {
	return size >= 64 && readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
}
