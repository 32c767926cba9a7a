/** This file runs the built command as a user would. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';

export const cliPath = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export interface Ran {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface RunOptions {
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly input?: string;
}

/** Only PATH, HOME and what is given is in the environment, so that a CI's own variables change nothing. */
export function cli(args: readonly string[], {cwd, env = {}, input}: RunOptions = {}): Ran {
	const {status, stdout, stderr} = spawnSync(process.execPath, [cliPath, ...args], {
		cwd,
		env: {PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8', ...env},
		input: input ?? '',
		encoding: 'utf8',
		maxBuffer: 1 << 28,
	});
	return {status, stdout, stderr};
}

/** The command with its output and exit status, as one text. */
export function transcript(args: readonly string[], {status, stdout, stderr}: Ran): string {
	return [
		`$ pyinterpose ${args.join(' ')}\n`,
		stdout,
		stderr === '' ? '' : `--- standard error\n${stderr}`,
		`--- exit status ${status}\n`,
	].join('');
}

/** A temporary folder with the given files: removed on success, kept and named on failure. */
export function folder(t: ExecutionContext, files: Readonly<Record<string, string>> = {}): string {
	const path = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
	t.teardown(() => {
		if (t.passed) rmSync(path, {recursive: true, force: true});
		else t.log(`kept ${path}`);
	});
	return path;
}
