/**
 * This file holds what an audit counts to what the libraries themselves count in the same process, to the call, and what they count there
 * to what they count when nothing of ours is in the process.
 */

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {AuditedFunction, AuditReport} from '../../src/model/audit.js';
import {preferredPythons} from '../support/audited-pythons.js';
import {cli} from '../support/cli.js';
import {machine, needing} from '../support/needs.js';
import {systemLibpythons} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

/** Each function has a counter; at the end one line of them goes to the file that OWN names, by system calls alone. */
const frame = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
/* Not from the headers, whose declarations are not ours. */
extern long syscall(long number, ...);
#define APPEND (00000001 | 00000100 | 00002000)
#ifdef JUMP
#define KEEP
#else
#define KEEP __asm__ volatile("" ::: "memory")
#endif
#define HOOK(type, name, parameters, arguments) \\
	static unsigned long count_##name; \\
	type name parameters { static type (*next) parameters; \\
		__atomic_fetch_add(&count_##name, 1, __ATOMIC_RELAXED); \\
		if (!next) next = (type (*) parameters)dlsym(RTLD_NEXT, #name); \\
		type result = next arguments; KEEP; return result; }
#define BLOCK(type, name, parameters, arguments) \\
	static unsigned long count_##name; extern type __libc_##name parameters; \\
	type name parameters { __atomic_fetch_add(&count_##name, 1, __ATOMIC_RELAXED); return __libc_##name arguments; }
`;

const libraries = {
	'of Python functions, which forwards by a call': [
		[],
		`
HOOK(void *, PyErr_Occurred, (void), ())
HOOK(void *, PyObject_GetAttr, (void *a, void *b), (a, b))
HOOK(void *, PyObject_Str, (void *a), (a))
HOOK(void *, PyLong_FromLong, (long a), (a))
HOOK(void *, PyTuple_New, (long a), (a))`,
	],
	'of Python functions, which forwards by a jump': [
		['-DJUMP'],
		`
HOOK(void *, PyErr_Occurred, (void), ())
HOOK(void *, PyObject_GetAttr, (void *a, void *b), (a, b))
HOOK(void *, PyObject_Str, (void *a), (a))`,
	],
	'of files and clocks': [
		['-DJUMP'],
		`
HOOK(int, open64, (const char *a, int b, int c), (a, b, c))
HOOK(long, read, (int a, void *b, size_t c), (a, b, c))
HOOK(int, fsync, (int a), (a))
HOOK(int, clock_gettime, (int a, void *b), (a, b))
HOOK(int, getuid, (void), ())`,
	],
	'of memory, whose real functions jump to one another': [
		[],
		`
BLOCK(void *, malloc, (size_t a), (a))
BLOCK(void *, calloc, (size_t a, size_t b), (a, b))
BLOCK(void *, realloc, (void *a, size_t b), (a, b))`,
	],
} as const;

/** What no address decides: it is the same in every process. */
const steady = ['fsync', 'getuid'];

function own(names: readonly string[]): string {
	const format = names.map(name => `${name} %lu`).join(' ');
	const counters = names.map(name => `count_${name}`).join(', ');
	return `
__attribute__((destructor)) static void tell(void)
{
	char line[1000];
	int length = snprintf(line, sizeof line, "${format}\\n", ${counters});
	int file = getenv("OWN") ? (int)syscall(SYS_open, getenv("OWN"), APPEND, 0600) : -1;
	syscall(SYS_write, file, line, (long)length);
}
`;
}

function counted({calls, aside}: AuditedFunction): number {
	return calls.reduce((sum, {honored}) => sum + honored, aside.reached);
}

function readOwn(path: string): readonly Readonly<Record<string, number>>[] {
	const lines = readFileSync(path, 'utf8').trim().split('\n');
	return lines.map(line =>
		Object.fromEntries([...line.matchAll(/(\w+) (\d+)/g)].map(([, name, count]) => [name, Number(count)])),
	);
}

const kinds = {...preferredPythons, "that is the distribution's libpython": systemLibpythons()[0] ?? null};
for (const [kind, python] of Object.entries(kinds)) {
	for (const [what, [flags, hooks]] of Object.entries(libraries)) {
		needing(machine(python !== null, `a Python ${kind}`)).serial(
			`on a Python ${kind} a library ${what} counts every call that an audit counts, and as many without us`,
			t => {
				const work = workshop(t);
				const names = [...hooks.matchAll(/(?:HOOK|BLOCK)\([^,]+, (\w+)/g)].map(([, name = '']) => name);
				const library = work.compile('own.so', frame + hooks + own(names), ['-O2', '-w', '-fPIC', '-shared', ...flags]);
				const told = join(work.folder, 'own');
				const {stdout} = cli(['audit', '--json', '--env', `OWN=${told}`, library, python ?? '']);
				const [build] = (JSON.parse(stdout) as AuditReport).builds;
				t.is(build?.inconclusive, null);
				t.deepEqual(build?.findings, []);
				// The first process tells what the loader binds, with nothing of ours in it; the second is watched.
				const [without, watched] = readOwn(told);
				for (const name of names) {
					const one = build?.functions.find(({symbol}) => symbol === name);
					t.is(one === undefined ? Number.NaN : counted(one), watched?.[name] ?? Number.NaN, name);
					if (steady.includes(name)) {
						t.is(watched?.[name], without?.[name], name);
						t.true((watched?.[name] ?? 0) > 0);
					}
				}
			},
		);
	}
}
