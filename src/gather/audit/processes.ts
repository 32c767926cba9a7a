/** This file runs a command once and learns which programs it starts, with what preloaded: a wrapper is known by its work. */

import {readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {SuiteError} from '../../errors.js';
import {nativeFolder} from '../../ledger/native.js';
import {endingInWords} from '../../process/ending.js';
import {type Environment, withTemporaryFolder} from '../../process/temporary.js';
import {type Bindings, type ProgramId, readBindings} from './bindings.js';
import {real} from './object.js';
import {
	type AuditProgram,
	executableOf,
	type RunOptions,
	recordOf,
	recordsIn,
	runRecorded,
	type Watching,
} from './run.js';

export interface StartedProcess {
	readonly executable: string;
	readonly words: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** Real paths, in the order of LD_PRELOAD. */
	readonly libraries: readonly string[];
}

export interface Started {
	/** In the order of their beginnings. */
	readonly processes: readonly StartedProcess[];
	/** How the program can be watched; null where it does not bear to be. */
	readonly watching: Watching | null;
}

/** In the order of their beginnings. Errors: SuiteError where the command starts nothing. */
export async function startedProcesses(
	program: Pick<AuditProgram, 'file' | 'argv' | 'env' | 'preloading' | 'cwd'>,
	options: RunOptions,
): Promise<Started> {
	return withTemporaryFolder(options.env, 'data', async folder => {
		const {result, watching} = await runRecorded(program, folder, options);
		if (result.exit.kind === 'not-started') throw new SuiteError(`${program.file} ${endingInWords(result.exit)}.`);
		return {watching, processes: recordsIn(folder).flatMap(id => readRecord(folder, id) ?? [])};
	});
}

function readRecord(folder: string, id: ProgramId): StartedProcess | null {
	try {
		const record = recordOf(folder, id);
		const env = variables(readFileSync(join(record, 'environ'), 'utf8'));
		return {
			executable: executableOf(folder, id),
			words: readFileSync(join(record, 'cmdline'), 'utf8').split('\0').slice(0, -1),
			env: withoutOurs(env),
			libraries: preloaded(env.LD_PRELOAD ?? '', readBindings(join(folder, 'told'), id)),
		};
	} catch {
		// Ended in the middle of telling.
		return null;
	}
}

function variables(environ: string): Readonly<Record<string, string>> {
	return Object.fromEntries(
		environ.split('\0').flatMap(pair => {
			const at = pair.indexOf('=');
			return at < 1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)] as const];
		}),
	);
}

function withoutOurs(env: Environment): Readonly<Record<string, string>> {
	const added = /^(LD_DEBUG|LD_DEBUG_OUTPUT|LD_BIND_NOW|LD_AUDIT|PYINTERPOSE_.*)$/;
	return Object.fromEntries(
		Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && !added.test(pair[0])),
	);
}

/** A name in LD_PRELOAD may be searched for and have `$LIB` in it: the loader tells which file became of it. */
function preloaded(list: string, bindings: Bindings | null): readonly string[] {
	const objects = [...(bindings?.objects ?? [])];
	const ours = real(join(nativeFolder, 'audit.so'));
	const libraries = list
		.split(/[: ]+/)
		.filter(name => name !== '' && real(name) !== ours)
		.map(
			name => objects.find(path => path === name) ?? objects.find(path => basename(path) === basename(name)) ?? name,
		);
	return [...new Set(libraries.map(real))];
}
