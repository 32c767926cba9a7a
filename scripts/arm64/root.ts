/** This file runs commands in the arm64 root that scripts/arm64.sh has made. */

import {spawnSync} from 'node:child_process';

const {ROOT = '', NODE = '', SUITE_FOLDER = '', EMULATOR = ''} = process.env;

export const root = ROOT;

/** Where the suite lies in the root. */
export const suite = '/opt/pyinterpose';

export interface Ran {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export function inRoot(words: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
	const {status, stdout, stderr} = spawnSync(
		'scripts/in-root.sh',
		[
			...(EMULATOR === '' ? [] : ['--emulator', EMULATOR]),
			...['--at', `opt/node=${NODE}`, '--at', `${suite.slice(1)}=${SUITE_FOLDER}`],
			root,
			...Object.entries(env).map(([name, value]) => `${name}=${value}`),
			...words,
		],
		{encoding: 'utf8', maxBuffer: 1 << 28, timeout: 1_800_000},
	);
	return {status, stdout, stderr};
}

/** The suite's own command. Exit status 2 and 3 are its failures. */
export function pyinterpose(words: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
	const ran = inRoot(['node', `${suite}/dist/pyinterpose.cjs`, ...words], env);
	if (ran.status !== 0 && ran.status !== 1)
		throw new Error(`pyinterpose ${words[0]} ends with ${ran.status}: ${ran.stderr}`);
	return ran;
}
