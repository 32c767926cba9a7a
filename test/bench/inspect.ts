/** This file times `inspect` against objdump and against the start of Node, in pairs that take turns. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {libraries} from '../elf/support/libraries.js';
import {cliPath} from '../support/cli.js';

export interface BenchRow {
	readonly what: string;
	/** The median of the pairs' ratios. */
	readonly ratio: number;
	readonly bound: number;
}

const pairs = 11;

/** Errors: Error where no libpython or no objdump is there. `path` defaults to a libpython beside libc. */
export function benchInspect(path: string = libpython()): readonly BenchRow[] {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	const environment = {PATH: process.env.PATH ?? '', XDG_CACHE_HOME: folder};
	const inspect = () => timed(process.execPath, [cliPath, 'inspect', path], environment);
	const cold = () => {
		rmSync(folder, {recursive: true, force: true});
		return inspect();
	};
	const objdump = () => timed('objdump', ['-d', path], environment);
	const start = () => timed(process.execPath, ['-e', '0'], environment);
	try {
		return [
			{what: `inspect ${path}, nothing kept, to objdump -d`, ratio: medianRatio(cold, objdump), bound: 0.7},
			{what: `inspect ${path}, result kept, to the start of Node`, ratio: medianRatio(inspect, start), bound: 2},
			{what: `inspect ${path}, nothing kept: peak memory to 300 MB`, ratio: peakMegabytes(path) / 300, bound: 1},
		];
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

function libpython(): string {
	const found = libraries().find(({name}) => /^libpython3.*\.so\.1\.0$/.test(name));
	if (found === undefined) throw new Error('No libpython is installed beside libc.');
	return found.path;
}

function medianRatio(first: () => number, second: () => number): number {
	first();
	second();
	const ratios = Array.from({length: pairs}, () => first() / second()).sort((left, right) => left - right);
	return ratios[pairs >> 1] as number;
}

/** Seconds; the output goes to /dev/null. */
function timed(command: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
	const began = performance.now();
	const {status, error} = spawnSync(command, args, {env, stdio: 'ignore'});
	if (status !== 0) throw new Error(`${command} ended with ${error ?? status}`);
	return (performance.now() - began) / 1000;
}

/** Of a process that inspects without a cache. */
function peakMegabytes(path: string): number {
	const program = `
		process.argv = ['node', 'pyinterpose', 'inspect', ${JSON.stringify(path)}];
		process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS / 1024)));
		await import(${JSON.stringify(cliPath)});
	`;
	const {stderr} = spawnSync(process.execPath, ['--input-type=module', '-e', program], {env: {}, encoding: 'utf8'});
	return Number(stderr);
}
