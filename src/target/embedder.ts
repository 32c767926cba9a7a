/** This file finds the libpython that a program embeds, without running the program. */

import {existsSync, realpathSync} from 'node:fs';
import {resolve} from 'node:path';
import {nativePartFor} from '../object/native-part.js';
import {runChild} from '../process/child.js';
import {complain} from './complaints.js';
import {isInterpreter, isLibpython, type ObjectReader} from './objects.js';
import {isExecutableFile, onPath} from './path.js';
import {sniff} from './sniff.js';
import type {Surroundings} from './surroundings.js';

export interface Embedder {
	readonly program: string;
	/** The folder of what is preloaded into it. */
	readonly native: string;
	/** The file that holds the interpreter. */
	readonly library: string;
}

/**
 * Null where the word names no ELF program: then it is a script of Python's. `named` is the libpython that the user says it opens.
 * Errors: TargetError where the program is linked to none and none is named.
 */
export async function findEmbedder(
	word: string,
	named: string | undefined,
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<Embedder | null> {
	const program = programOf(word, surroundings.env.PATH);
	if (program === null || sniff(program).kind !== 'elf') return null;
	const object = read(realpathSync(program));
	const native = nativePartFor(object.linkedTo, program);
	if (named !== undefined) return {program, native, library: realpathSync(named)};
	if (isInterpreter(object)) return {program, native, library: object.path};
	const library = object.elf.interpreter === null ? null : await linked(program, object.elf.interpreter, surroundings);
	if (library === null) throw complain({kind: 'no-libpython', path: program});
	return {program, native, library};
}

/** A file of that name is a script, as it is for Python; only a name without one is looked for on PATH. */
function programOf(word: string, path: string | undefined): string | null {
	if (word.includes('/') || existsSync(word)) return isExecutableFile(word) ? resolve(word) : null;
	return onPath(word, path);
}

/** The loader lists what it would load, and runs nothing. */
async function linked(
	program: string,
	loader: string,
	{env, signal, timeoutSeconds}: Surroundings,
): Promise<string | null> {
	const {stdout} = await runChild({
		file: loader,
		argv: ['--list', program],
		env: env.LD_LIBRARY_PATH === undefined ? {} : {LD_LIBRARY_PATH: env.LD_LIBRARY_PATH},
		timeoutSeconds,
		signal,
	});
	const paths = [...stdout.matchAll(/=> (\/.+) \(0x[0-9a-f]+\)$/gm)].map(([, path = '']) => path);
	const library = paths.find(isLibpython);
	return library === undefined ? null : realpathSync(library);
}
