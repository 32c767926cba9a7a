/** This file compiles programs that embed a real libpython of the machine. */

import {copyFileSync, existsSync, mkdirSync, readdirSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {ownLibpythons} from './own-prefix.js';
import {systemLibpythons} from './pythons.js';
import type {Workshop} from './workshop.js';

/** The first libpython that is found beside its standard library, default-flag ones before the system's; null where there is none. */
export function anyLibpython(): string | null {
	return [...ownLibpythons(), ...systemLibpythons()].find(startsAsItIs) ?? null;
}

/** A libpython to link statically, and the prefix of its standard library; null where there is none. */
export function archive(): {readonly path: string; readonly prefix: string} | null {
	for (const library of ownLibpythons().filter(path => /3\.1[1-3]/.test(path))) {
		const prefix = dirname(dirname(library));
		const series = /libpython(3\.\d+)/.exec(library)?.[1];
		const lib = join(prefix, 'lib', `python${series}`);
		const [folder] = readdirSync(lib).filter(name => name.startsWith('config-'));
		const path = join(lib, folder ?? '', `libpython${series}.a`);
		if (existsSync(path)) return {path, prefix};
	}
	return null;
}

/** Py_BytesMain is there since 3.8. */
function startsAsItIs(path: string): boolean {
	const version = /libpython3\.(\d+)/.exec(path)?.[1] ?? '0';
	if (Number(version) < 8) return false;
	const prefix = dirname(path).startsWith('/usr/lib/') ? '/usr' : dirname(dirname(path));
	return existsSync(join(prefix, 'lib', `python3.${version}`, 'os.py'));
}

const plainMain = `
	extern int Py_BytesMain(int, char **);
	int main(int count, char **words) { return Py_BytesMain(count, words); }`;

/** Linked to the library and finding it by its RUNPATH, which LD_LIBRARY_PATH goes before. */
export function embedder(work: Workshop, library: string, source = plainMain, name = 'python-embedded'): string {
	const flags = [library, '-Wl,--enable-new-dtags', `-Wl,-rpath,${dirname(library)}`];
	return work.compile(name, source, ['-w', ...flags]);
}

/** The same library in a folder of its own, which holds nothing else. */
export function copied(work: Workshop, library: string, folder: string): string {
	mkdirSync(join(work.folder, folder), {recursive: true});
	const path = join(work.folder, folder, basename(library));
	copyFileSync(library, path);
	return path;
}
