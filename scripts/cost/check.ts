/** This file times whole checks: of one Python against the start-ups that it cannot do without, of a libpython, and of all on more processors. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BenchRow, type Command, ratioOf, seconds} from './pairs.js';

const cli = fileURLToPath(new URL('../../src/start.cjs', import.meta.url));

export function benchCheck(python: string): BenchRow[] {
	const starts = () =>
		seconds({file: python, argv: ['-c', 'pass']}) + seconds({file: process.execPath, argv: ['-e', '0']});
	const row = (what: string, options: readonly string[], bound: number): BenchRow => {
		const check: Command = {file: process.execPath, argv: [cli, 'check', '--json', ...options, python]};
		return {kind: 'measured', what, ratio: ratioOf(() => seconds(check), starts, pairs), bound};
	};
	return [
		row('check of all claims / start of Python and Node', ['--no-sweep'], 2.5),
		row('check with the workload / start of Python and Node', [], 3.5),
		...certificates(),
	];
}

/** Where Node is told to, it reads a list of certificates at each start: both sides of the rows above hold that once. */
function certificates(): BenchRow[] {
	if ((process.env.NODE_EXTRA_CA_CERTS ?? '') === '') return [];
	const {NODE_EXTRA_CA_CERTS: _, ...without} = process.env;
	const start = (env: NodeJS.ProcessEnv) => seconds({file: process.execPath, argv: ['-e', '0'], env});
	const ratio = ratioOf(
		() => start(process.env),
		() => start(without),
		pairs,
	);
	return [
		{kind: 'measured', what: 'start of Node, which reads NODE_EXTRA_CA_CERTS here / without it', ratio, bound: null},
	];
}

/** A whole check of one libpython, its sweep included, beside objdump's work on the same file: anew, and from the cache. */
export function benchLibrary(path: string): BenchRow[] {
	return withCache(env => {
		const objdump = () => seconds({file: 'objdump', argv: ['-d', path]});
		const check = () => seconds({file: process.execPath, argv: [cli, 'check', '--json', path], env});
		const anew = () => {
			rmSync(env.XDG_CACHE_HOME ?? '', {recursive: true, force: true});
			return check();
		};
		const row = (what: string, run: () => number, bound: number): BenchRow => ({
			kind: 'measured',
			what: `${what} check of ${path} / objdump -d`,
			ratio: ratioOf(run, objdump, pairs),
			bound,
		});
		return [row('first', anew, 1), row('next', check, 0.5)];
	});
}

/** All Pythons of the machine with two processors, beside the same with one. */
export function benchJobs(): BenchRow[] {
	const what = 'check --all on two processors / on one';
	if (availableParallelism() < 2) return [{kind: 'not-run', what, why: 'this machine has one processor'}];
	if (spawnSync('taskset', ['--version'], {stdio: 'ignore'}).status !== 0)
		return [{kind: 'not-run', what, why: 'there is no taskset'}];
	const on = (processors: string, jobs: string): Command => ({
		file: 'taskset',
		argv: ['-c', processors, process.execPath, cli, 'check', '--all', '--json', '--skip-exit-code', '--jobs', jobs],
	});
	const ratio = ratioOf(
		() => seconds(on('0,1', '2')),
		() => seconds(on('0', '1')),
		5,
	);
	return [{kind: 'measured', what, ratio, bound: 0.6}];
}

function withCache<T>(work: (env: NodeJS.ProcessEnv) => T): T {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	try {
		return work({...process.env, XDG_CACHE_HOME: join(folder, 'cache')});
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

const pairs = 9;
