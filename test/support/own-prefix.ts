/** This file finds Pythons that somebody built in a prefix of their own with default flags: pyenv's, and the lab's `shared`. */

import {realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {allBuiltAs, type Built, builtIn, entries} from './lab-built.js';

/** Their programs; pyenv's first, by version, of Python 3 alone. */
export function ownPythons(): readonly string[] {
	return ownBuilds().map(({python}) => realpathSync(python));
}

/** Their libpythons, which call their own functions through the PLT. */
export function ownLibpythons(): readonly string[] {
	return ownBuilds().flatMap(({library}) => (library === null ? [] : [realpathSync(library)]));
}

function ownBuilds(): readonly Built[] {
	const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
	const versions = entries(pyenv).filter(name => /^3\.\d+\.\d+$/.test(name));
	return [...versions.flatMap(name => builtIn(join(pyenv, name)) ?? []), ...allBuiltAs('shared')];
}
