/** This file holds an audit's counts to callgrind's, for functions of Python's API and of libc: what grows from n to 2n rounds is exact. */

import {execFileSync} from 'node:child_process';
import {existsSync, realpathSync} from 'node:fs';
import {basename, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {gatherAudit} from '../../src/gather/audit/gather.js';
import {gatherStatic} from '../../src/gather/static.js';
import {judgeAudit} from '../../src/judge/audit.js';
import type {AuditedFunction} from '../../src/model/audit.js';
import {preferredPythons} from '../support/audited-pythons.js';
import {callgrind, callgrindEnvironment, callsInto, hasCallgrind} from '../support/callgrind.js';
import {type Workshop, workshop} from '../support/workshop.js';

/** Return type, name, parameters, arguments. */
const hooks = `
HOOK(void *, PyObject_GetAttr, (void *a, void *b), (a, b))
HOOK(void *, PyObject_Repr, (void *a), (a))
HOOK(void *, PyObject_Str, (void *a), (a))
HOOK(void *, PyLong_FromLong, (long a), (a))
HOOK(void *, PyTuple_New, (long a), (a))
HOOK(void *, PyList_New, (long a), (a))
HOOK(void *, PyUnicode_FromString, (const char *a), (a))
HOOK(void *, PyObject_RichCompare, (void *a, void *b, int c), (a, b, c))
HOOK(int, PyObject_IsTrue, (void *a), (a))
HOOK(void *, PyObject_Malloc, (unsigned long a), (a))
HOOK(void *, PyUnicode_Concat, (void *a, void *b), (a, b))
HOOK(int, open64, (const char *a, int b, int c), (a, b, c))
HOOK(int, close, (int a), (a))
HOOK(long, read, (int a, void *b, unsigned long c), (a, b, c))
HOOK(int, fstat64, (int a, void *b), (a, b))
HOOK(int, stat64, (const char *a, void *b), (a, b))
HOOK(long, lseek64, (int a, long b, int c), (a, b, c))
HOOK(int, clock_gettime, (int a, void *b), (a, b))
HOOK(int, getuid, (void), ())
HOOK(int, getpid, (void), ())
HOOK(void *, realloc, (void *a, unsigned long b), (a, b))
HOOK(int, access, (const char *a, int b), (a, b))
`;
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#define HOOK(type, name, parameters, arguments) \\
	type name parameters { static type (*next) parameters; \\
		if (!next) next = (type (*) parameters)dlsym(RTLD_NEXT, #name); \\
		type result = next arguments; __asm__ volatile("" ::: "memory"); return result; }
${hooks}
`;
const symbols = [...hooks.matchAll(/HOOK\([^,]+, (\w+)/g)].map(([, name = '']) => name);

const program = `
import os, sys, time
for i in range(int(sys.argv[1])):
    kept = [repr([i]), str(2.5), (i, i + 1), [] + [i], "a" + str(i), getattr(os, "sep"), sorted([3, i, 2], key=lambda x: -x)]
    with open("/dev/null", "rb") as file:
        file.read(), file.seek(0)
    os.stat("/"), os.getuid(), os.getpid(), os.access("/", os.R_OK), time.time(), bytearray(5000).extend(bytes(6000))
    bool(kept and {} == {"a": 1})
`;
const words = ['-S', '-B', '-s', '-c', program];
const rounds = 50;

interface Grown {
	readonly reached: number;
	readonly passed: number;
}

async function auditOnce(python: string, library: string, env: Record<string, string>, times: number) {
	const interpreter = realpathSync(interpreterOf(python));
	const evidence = await gatherAudit({
		program: {
			file: python,
			argv: [...words, String(times)],
			env,
			preloading: {LD_PRELOAD: library},
			executable: realpathSync(python),
			wrapped: false,
		},
		libraries: [library],
		interpreter,
		witness: await gatherStatic(interpreter),
		env: {PATH: process.env.PATH ?? ''},
		timeoutSeconds: 120,
		signal: AbortSignal.timeout(600_000),
	});
	return judgeAudit(evidence, [0], null);
}

function interpreterOf(python: string): string {
	const loaded = execFileSync('ldd', [python], {encoding: 'utf8'});
	return /libpython\d\S* => (\S+)/.exec(loaded)?.[1] ?? python;
}

function sumOf(one: AuditedFunction | undefined): Grown {
	const calls = one?.calls ?? [];
	return {
		reached: calls.reduce((sum, {honored}) => sum + honored, 0) + (one?.aside.reached ?? 0),
		passed:
			calls.reduce((sum, {bypassed, unsure}) => sum + (bypassed ?? Number.NaN) + unsure, 0) + (one?.aside.passed ?? 0),
	};
}

function callgrindOnce(work: Workshop, python: string, library: string, env: Record<string, string>, times: number) {
	const out = join(work.folder, `callgrind.${times}`);
	const [tool = '', ...rest] = callgrind(out);
	execFileSync(tool, [...rest, python, ...words, String(times)], {
		env: {...env, ...callgrindEnvironment, LD_PRELOAD: library},
		stdio: 'ignore',
	});
	const into = callsInto(basename(library), out);
	const real = [basename(realpathSync(interpreterOf(python))), 'libc.so.6'].map(object =>
		callsInto(object, out, [basename(library)]),
	);
	return (symbol: string): Grown => ({
		reached: into.get(symbol) ?? 0,
		passed: real.reduce((sum, calls) => sum + (calls.get(symbol) ?? 0), 0),
	});
}

/** What as many rounds again make of each function's calls, that reached the library and that did not: by our counts and by callgrind's. */
async function measure(t: ExecutionContext, python: string, library: string, env: Record<string, string>) {
	const work = workshop(t);
	const [once, twice] = [
		await auditOnce(python, library, env, rounds),
		await auditOnce(python, library, env, 2 * rounds),
	];
	const [first, second] = [
		callgrindOnce(work, python, library, env, rounds),
		callgrindOnce(work, python, library, env, 2 * rounds),
	];
	t.is(once.inconclusive, null);
	const ours = symbols.map(symbol => {
		const [a, b] = [once, twice].map(({functions}) => sumOf(functions.find(one => one.symbol === symbol)));
		return [symbol, (b?.reached ?? 0) - (a?.reached ?? 0), (b?.passed ?? 0) - (a?.passed ?? 0)] as const;
	});
	const theirs = symbols.map(symbol => {
		const [a, b] = [first(symbol), second(symbol)];
		return [symbol, b.reached - a.reached, b.passed - a.passed] as const;
	});
	return {ours, theirs};
}

for (const [kind, python] of Object.entries(preferredPythons)) {
	const run = python === null || !hasCallgrind || !existsSync('/proc/self') ? test.skip : test;
	run(`on a Python ${kind} the counts of every function grow as callgrind's do`, async t => {
		const work = workshop(t);
		const library = work.compile('hooks.so', source, ['-O2', '-fPIC', '-shared', '-w']);
		const env = {PATH: process.env.PATH ?? '', PYTHONHASHSEED: '0', LANG: 'C.UTF-8'};
		let {ours, theirs} = await measure(t, python ?? '', library, env);
		// Addresses are random, and with them the hits of the cache of methods (which is why PyErr_Occurred is not hooked here).
		for (let again = 0; again < 4 && String(ours) !== String(theirs); again++) {
			const differing = ours.filter((one, i) => String(one) !== String(theirs[i]));
			t.log(`measured again: ${differing.join('; ')}`);
			({ours, theirs} = await measure(t, python ?? '', library, env));
		}
		t.deepEqual(ours, theirs);
		t.true(ours.filter(([, reached, passed]) => reached + passed > 0).length >= 20, JSON.stringify(ours));
	});
}
