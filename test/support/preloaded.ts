/** This file runs a program under preloaded objects that count, in an environment that is the same on every machine. */

import {spawnSync} from 'node:child_process';
import {identity} from '../../src/process/file-identity.js';

export interface Preloaded {
	readonly command: readonly string[];
	readonly preload: readonly string[];
	readonly ledger: string;
	/** The ELF file that holds the interpreter. */
	readonly interpreter: string;
	readonly env?: Readonly<Record<string, string>>;
}

export interface Finished {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

export function runPreloaded({command, preload, ledger, interpreter, env = {}}: Preloaded): Finished {
	const [file = '', ...words] = command;
	const {status, signal, stdout, stderr} = spawnSync(file, words, {
		encoding: 'utf8',
		env: {
			PATH: process.env.PATH,
			LC_ALL: 'C.UTF-8',
			PYTHONHASHSEED: '0',
			LD_PRELOAD: preload.join(':'),
			PYINTERPOSE_LEDGER: ledger,
			PYINTERPOSE_INTERPRETER: identity(interpreter),
			...env,
		},
	});
	return {status, signal, stdout, stderr};
}
