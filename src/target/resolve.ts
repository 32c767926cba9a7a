/** This file resolves what the user named to the ELF file that holds or starts a Python. */

import {existsSync, realpathSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import type {FoundTarget} from '../model/target.js';
import {askForPython} from './ask.js';
import {complain} from './complaints.js';
import {isInterpreter, isStub, neededLibpythons, type ObjectReader, type PythonObject} from './objects.js';
import {isExecutableFile, onPath} from './path.js';
import {sniff} from './sniff.js';
import type {Surroundings} from './surroundings.js';

/** Errors: TargetError, which leaves the other targets alone. */
export async function resolveTarget(
	given: string,
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<FoundTarget> {
	const path = pathOf(given, surroundings.env);
	const sniffed = sniff(path);
	if (sniffed.kind === 'script') return resolveScript(given, path, sniffed.interpreter, read, surroundings);

	const real = realpathSync(path);
	const object = read(real);
	if (isLibraryName(real) || (!object.startsItself && isInterpreter(object))) {
		if (isStub(object)) throw complain({kind: 'stable-abi-stub', path: real});
		if (!isInterpreter(object)) throw complain({kind: 'no-python', path: real});
		return {given, path: real, kind: 'library', notes: []};
	}
	if (isPython(object)) return interpreter(given, path, real);
	// A compiled wrapper (Nix, Gentoo) and a Python that exports nothing bear the name. Nothing else is run to find out.
	if (!isPythonName(path) && !isPythonName(real)) throw complain({kind: 'no-python', path: real});
	if (!object.startsItself) throw complain({kind: 'no-dynamic-loader', path: real});
	return resolveWrapper(given, path, read, surroundings);
}

function pathOf(given: string, env: Surroundings['env']): string {
	if (given.includes('/')) return resolve(given);
	const here = existsSync(given);
	if (here && isLibraryName(given)) return resolve(given);
	const path = onPath(given, env.PATH);
	if (path === null) throw complain({kind: 'not-on-path', name: given, here});
	return path;
}

function interpreter(given: string, path: string, real: string): FoundTarget {
	if (!isExecutableFile(real)) throw complain({kind: 'not-executable', path: real});
	return {given, path: real, kind: 'interpreter', notes: environmentNotes(path, real)};
}

async function resolveScript(
	given: string,
	path: string,
	interpreter: string,
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<FoundTarget> {
	if (isPythonName(interpreter)) throw complain({kind: 'python-program', path, interpreter});
	if (!isExecutableFile(path)) throw complain({kind: 'not-executable', path});
	return resolveWrapper(given, path, read, surroundings);
}

/** A wrapper is run once as it is; what it starts is tested in the environment that it makes. */
async function resolveWrapper(
	given: string,
	path: string,
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<FoundTarget> {
	const {executable: real, ...through} = await askForPython(path, surroundings);
	if (sniff(real).kind !== 'elf') throw complain({kind: 'no-python', path: real});
	if (real === realpathSync(path)) return interpreter(given, path, real);
	const object = read(real);
	if (!isPython(object)) throw complain({kind: 'no-python', path: real});
	const note = {
		kind: 'wrapper',
		message: `${path} is a wrapper of ${real}; the latter is tested, in the environment that the wrapper makes.`,
	};
	return {given, path: real, kind: 'interpreter', through, notes: [note]};
}

/** A link in a virtual environment leads out of it: the target then runs without the environment's packages. */
function environmentNotes(path: string, real: string): FoundTarget['notes'] {
	if (path === real || !existsSync(join(dirname(dirname(path)), 'pyvenv.cfg'))) return [];
	const message = `${path} belongs to a virtual environment; ${real} is tested, without the environment's packages.`;
	return [{kind: 'virtual-environment', message}];
}

function isPython(object: PythonObject): boolean {
	return isInterpreter(object) || neededLibpythons(object).length > 0;
}

function isLibraryName(path: string): boolean {
	return /^libpython.*\.so(\.|$)/.test(basename(path));
}

function isPythonName(path: string): boolean {
	return /^(python|pypy)/.test(basename(path));
}
