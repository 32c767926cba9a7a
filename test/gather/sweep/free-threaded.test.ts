/** This file holds what is counted of libc's allocator on a free-threaded build, whose own objects come from elsewhere, to a shim made by hand. */

import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {FunctionReport, Report} from '../../../src/model/report.js';
import {cli} from '../../support/cli.js';
import {machine, needing} from '../../support/needs.js';
import {type Workshop, workshop} from '../../support/workshop.js';

/** `python3.13t` on the PATH, or pyenv's `3.13t`. */
const folders = [
	...(process.env.PATH ?? '').split(':'),
	...(existsSync(join(homedir(), '.pyenv/versions'))
		? readdirSync(join(homedir(), '.pyenv/versions')).map(name => join(homedir(), '.pyenv/versions', name, 'bin'))
		: []),
];
const python = folders
	.flatMap(folder => (existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : []))
	.find(path => /\/python3\.\d+t$/.test(path));

const allocator = ['malloc', 'calloc', 'realloc', 'free'] as const;

/** Counts what it is called for, and tells at the end, past all that may be closed by then. */
const handMade = `
	#include <stdio.h>
	#include <stddef.h>
	extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
	extern void __libc_free(void *);
	static unsigned long calls[4];
	#define COUNT(at) __atomic_fetch_add(&calls[at], 1, __ATOMIC_RELAXED)
	void *malloc(size_t size) { COUNT(0); return __libc_malloc(size); }
	void *calloc(size_t items, size_t size) { COUNT(1); return __libc_calloc(items, size); }
	void *realloc(void *memory, size_t size) { COUNT(2); return __libc_realloc(memory, size); }
	void free(void *memory) { COUNT(3); __libc_free(memory); }
	__attribute__((destructor)) static void tell(void)
	{
		dprintf(2, "calls %lu %lu %lu %lu\\n", calls[0], calls[1], calls[2], calls[3]);
	}`;

// Debian 12 has none.
const hasPython = needing(machine(python !== undefined, 'a free-threaded Python')).serial;

/** To decode a message of the system's the raw allocator is asked, which is libc's on every build. */
const code = (rounds: number) => `import os\nfor i in range(${rounds}): os.strerror(i % 100 + 1)`;

function byHand(work: Workshop, rounds: number): readonly number[] {
	const shim = work.compile('shim.so', handMade, ['-shared', '-fPIC', '-fno-builtin']);
	const {stderr} = spawnSync(python ?? '', ['-S', '-E', '-c', code(rounds)], {
		encoding: 'utf8',
		env: {LD_PRELOAD: shim, PATH: process.env.PATH, PYTHONHASHSEED: '0'},
	});
	return /^calls (.*)$/m.exec(stderr)?.[1]?.split(' ').map(Number) ?? [];
}

function counted(work: Workshop, rounds: number): readonly number[] {
	const json = join(work.folder, 'run.json');
	const script = work.file('script.py', code(rounds));
	const env = {PYTHONHASHSEED: '0'};
	const {status, stderr} = cli(['run', '--json', json, '--python', python ?? '', '--', '-S', '-E', script], {env});
	if (status !== 0) throw new Error(stderr);
	const {functions} = JSON.parse(readFileSync(json, 'utf8')) as {functions: readonly FunctionReport[]};
	return allocator.map(name => {
		const calls = functions.find(({symbol}) => symbol === name)?.calls ?? [];
		return calls.reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? 0), 0);
	});
}

const growth = (of: (rounds: number) => readonly number[]) => {
	const [once, twice] = [of(300), of(600)];
	return twice.map((number, index) => number - (once[index] ?? 0));
};

hasPython(
	'calls of libc’s allocator grow as a shim made by hand counts them, on a free-threaded build',
	(t: ExecutionContext) => {
		const work = workshop(t);
		const more = growth(rounds => counted(work, rounds));
		t.deepEqual(
			more,
			growth(rounds => byHand(work, rounds)),
		);
		t.true(
			more.some(calls => calls >= 300),
			more.join(),
		);
	},
);

hasPython(
	'no function of libc’s allocator reads uncalled by a free-threaded interpreter that calls it',
	(t: ExecutionContext) => {
		const {stdout, stderr} = cli(['check', '--json', '--symbols', allocator.join(','), realpathSync(python ?? '')]);
		const [target] = (JSON.parse(stdout) as Report).targets;
		t.is(target?.python.freeThreaded, true, stderr);
		for (const name of allocator) {
			const calls = target?.functions.find(({symbol}) => symbol === name)?.calls ?? [];
			t.like(calls.find(({caller}) => caller === 'interpreter')?.verdict, {kind: 'honored'}, name);
		}
	},
);
