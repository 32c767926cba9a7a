/** This file finds Pythons that somebody built in a prefix of their own with default flags: pyenv's, and the lab's `shared`. */

import {existsSync, readdirSync, realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';

/** Their programs; pyenv's first, by version, of Python 3 alone. */
export function ownPythons(): readonly string[] {
	return ownPrefixes().flatMap(prefix => {
		const name = entries(join(prefix, 'bin')).find(name => /^python3\.\d+$/.test(name));
		return name === undefined ? [] : [realpathSync(join(prefix, 'bin', name))];
	});
}

/** Their libpythons, which call their own functions through the PLT. */
export function ownLibpythons(): readonly string[] {
	return ownPrefixes().flatMap(prefix => {
		const name = entries(join(prefix, 'lib')).find(name => /^libpython3\.\d+\.so\.1\.0$/.test(name));
		return name === undefined ? [] : [realpathSync(join(prefix, 'lib', name))];
	});
}

/** Folders that have `bin` and `lib`. */
function ownPrefixes(): readonly string[] {
	const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
	const lab = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pyinterpose/lab/builds');
	return [
		...entries(pyenv)
			.filter(name => /^3\.\d+\.\d+$/.test(name))
			.map(name => join(pyenv, name)),
		...entries(lab)
			.filter(name => /^shared-3\./.test(name))
			.map(name => join(lab, name, 'prefix')),
	];
}

function entries(folder: string): readonly string[] {
	return existsSync(folder) ? readdirSync(folder).sort() : [];
}
