/** This file finds the Pythons of the machine for tests that need real ones, by other means than the code under test. */

import {execFileSync} from 'node:child_process';
import {copyFileSync, readdirSync, realpathSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {Workshop} from './workshop.js';

/** The ELF file behind `python3`, as that Python itself says; null where the machine has none. */
export function systemPython(): string | null {
	try {
		const program = 'import os; print(os.path.realpath("/proc/self/exe"))';
		return execFileSync('python3', ['-S', '-c', program], {encoding: 'utf8'}).trim();
	} catch {
		return null;
	}
}

/** Every libpython in the system's own folders. */
export function systemLibpythons(): readonly string[] {
	const folders = ['/usr/lib', '/usr/lib64', ...below('/usr/lib').filter(folder => folder.includes('-linux-'))];
	const paths = folders.flatMap(below).filter(path => /\/libpython\d\.\d+[a-z]*\.so/.test(path));
	return [...new Set(paths.map(path => realpathSync(path)))];
}

/** The ELF file that holds the interpreter of a Python, by the loader's word; a libpython is one itself. */
export function interpreterOf(python: string): string {
	const loaded = execFileSync('ldd', [python], {encoding: 'utf8'});
	const library = /libpython\d\S* => (\S+)/.exec(loaded)?.[1];
	return library === undefined ? python : realpathSync(library);
}

/** What readelf says the file defines, among the functions that are exported. */
export function readelfDefines(path: string, name: string): boolean {
	const lines = execFileSync('readelf', ['--dyn-syms', '-W', path], {encoding: 'utf8', maxBuffer: 1 << 28});
	return new RegExp(`\\bFUNC +GLOBAL +DEFAULT +\\d+ ${name}(@|$)`, 'm').test(lines);
}

/** The program in a prefix of its own, with links to all of its standard library but one extension module. */
export function withoutCtypes(work: Workshop, original: string): string {
	const name = basename(original);
	const library = `${dirname(dirname(original))}/lib/${name}`;
	for (const entry of readdirSync(library)) {
		if (entry !== 'lib-dynload') work.link(`lib/${name}/${entry}`, `${library}/${entry}`);
	}
	for (const entry of readdirSync(`${library}/lib-dynload`)) {
		if (!entry.startsWith('_ctypes.')) work.link(`lib/${name}/lib-dynload/${entry}`, `${library}/lib-dynload/${entry}`);
	}
	const path = work.link(`bin/${name}`, original).replace(/[^/]+$/, 'python9');
	copyFileSync(original, path);
	return path;
}

function below(folder: string): string[] {
	try {
		return readdirSync(folder).map(name => join(folder, name));
	} catch {
		return [];
	}
}
