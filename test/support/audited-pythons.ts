/** This file finds one Python of each kind for audits, by readelf: with its interpreter inside, and with a libpython of default flags. */

import {execFileSync} from 'node:child_process';
import {existsSync, realpathSync} from 'node:fs';
import {ownPythons} from './own-prefix.js';
import {interpreterOf, readelfDefines, systemPython} from './pythons.js';

const found = [systemPython(), '/usr/bin/python3', ...ownPythons().filter(path => /3\.1[1-3]$/.test(path))].filter(
	(path): path is string => path !== null && existsSync(path),
);

/** Null where the machine has none. */
export const preferredPythons = {
	'that holds its interpreter': found.find(path => readelfDefines(realpathSync(path), 'PyErr_Occurred')) ?? null,
	'with a libpython of default flags': found.find(namesItsOwn) ?? null,
} as const;

/** Whether its libpython has a PLT slot for a function of its own. */
function namesItsOwn(path: string): boolean {
	const own = interpreterOf(path);
	if (own === path) return false;
	const relocations = execFileSync('readelf', ['-rW', own], {encoding: 'utf8', maxBuffer: 1 << 28});
	return /JUMP_SLO\S* .*PyErr_Occurred/.test(relocations);
}
