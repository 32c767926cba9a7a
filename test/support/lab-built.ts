/** This file finds what the lab has built on this machine before: a test that does not need it anew takes it as it lies. */

import {existsSync, readdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';

export interface Built {
	readonly python: string;
	/** Null where the interpreter is in the program. */
	readonly library: string | null;
}

/** By its variant and the release of CPython, of which the first is taken where none is named; undefined where there is none. */
export function builtAs(variant: string, release?: string): Built | undefined {
	return allBuiltAs(variant, release)[0];
}

/** Of every release, or of one. */
export function allBuiltAs(variant: string, release?: string): readonly Built[] {
	const builds = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pyinterpose/lab/builds');
	return entries(builds)
		.filter(name => name.startsWith(`${variant}-`))
		.map(name => ({name, own: name.slice(variant.length + 1)}))
		.filter(({own}) => (release === undefined ? /^\d/.test(own) : own.startsWith(`${release}-`)))
		.flatMap(({name}) => builtIn(join(builds, name, 'prefix')) ?? []);
}

/** In a prefix of its own, which has `bin` and `lib`; null where nothing was built. */
export function builtIn(prefix: string): Built | null {
	const python = entries(join(prefix, 'bin')).find(name => /^python\d\.\d+t?$/.test(name));
	const library = entries(join(prefix, 'lib')).find(name => /^libpython\d\.\d+t?\.so\.\d/.test(name));
	return python === undefined
		? null
		: {python: join(prefix, 'bin', python), library: library === undefined ? null : join(prefix, 'lib', library)};
}

/** Sorted; none of what is not there. */
export function entries(folder: string): readonly string[] {
	return existsSync(folder) ? readdirSync(folder).sort() : [];
}
