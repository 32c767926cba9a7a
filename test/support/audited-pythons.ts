/** This file finds one Python of each kind for audits, by readelf: with its interpreter inside, and with a libpython of default flags. */

import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {interpreterOf, readelfDefines, systemPython} from './pythons.js';

const found = [systemPython(), '/usr/bin/python3', ...pyenvs()].filter(
	(path): path is string => path !== null && existsSync(path),
);

/** Null where the machine has none. */
export const preferredPythons = {
	'that holds its interpreter': found.find(path => readelfDefines(realpathSync(path), 'PyErr_Occurred')) ?? null,
	'with a libpython of default flags': found.find(namesItsOwn) ?? null,
} as const;

/** Newest first; those of Python 3 alone. */
function pyenvs(): readonly string[] {
	const folder = join(homedir(), '.pyenv/versions');
	if (!existsSync(folder)) return [];
	const versions = readdirSync(folder).filter(name => /^3\.1[12]\./.test(name));
	return versions.sort().map(name => join(folder, name, 'bin/python'));
}

/** Whether its libpython has a PLT slot for a function of its own. */
function namesItsOwn(path: string): boolean {
	const own = interpreterOf(path);
	if (own === path) return false;
	const relocations = execFileSync('readelf', ['-rW', own], {encoding: 'utf8', maxBuffer: 1 << 28});
	return /JUMP_SLO\S* .*PyErr_Occurred/.test(relocations);
}
