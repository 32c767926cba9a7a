/**
 * This file holds an audit's counts to callgrind's, for functions of Python's API and of libc on three kinds of build: what grows from
 * n to 2n rounds is exact. scripts/audit-oracle.sh does the same for Debian's libraries.
 */

import {realpathSync} from 'node:fs';
import {withLauncher} from '../../src/target/launch.js';
import {gatherTargets} from '../../src/target/targets.js';
import {areAddressesFixed, compareGrowth} from '../support/audit-growth.js';
import {preferredPythons} from '../support/audited-pythons.js';
import {valgrind} from '../support/callgrind.js';
import {machine, needing} from '../support/needs.js';
import {systemLibpythons} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

/** Return type, name, parameters, arguments. */
const hooks = `
HOOK(void *, PyErr_Occurred, (void), ())
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
HOOK(long, PyObject_Hash, (void *a), (a))
HOOK(void *, PyObject_GetIter, (void *a), (a))
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

/** Its calls depend on addresses: it asks for an attribute's method, whose cache goes by them. */
const byAddress = 'PyErr_Occurred';
const hooked = areAddressesFixed ? hooks : hooks.replace(/^.*PyErr_Occurred.*$/m, '');
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#define HOOK(type, name, parameters, arguments) \\
	type name parameters { static type (*next) parameters; \\
		if (!next) next = (type (*) parameters)dlsym(RTLD_NEXT, #name); \\
		type result = next arguments; __asm__ volatile("" ::: "memory"); return result; }
${hooked}
`;
const symbols = [...hooked.matchAll(/HOOK\([^,]+, (\w+)/g)].map(([, name = '']) => name);

const program = `
import os, sys, time
for i in range(int(sys.argv[1])):
    kept = [repr([i]), str(2.5), (i, i + 1), [] + [i], "a" + str(i), getattr(os, "sep"), sorted([3, i, 2], key=lambda x: -x)]
    with open("/dev/null", "rb") as file:
        file.read(), file.seek(0)
    os.stat("/"), os.getuid(), os.getpid(), os.access("/", os.R_OK), time.time(), bytearray(5000).extend(bytes(6000))
    bool(kept and {} == {"a": 1}), hash((i, "a")), list(iter(kept))
`;
const words = ['-S', '-B', '-s', '-c', program];
const rounds = 50;
const {env} = process;

const kinds = {...preferredPythons, "that is the distribution's libpython": systemLibpythons()[0] ?? null};
for (const [kind, python] of Object.entries(kinds)) {
	needing(valgrind, machine(python !== null, `a Python ${kind}`)).serial(
		`on a Python ${kind} the counts of every function grow as callgrind's do`,
		async t => {
			const work = workshop(t);
			const library = work.compile('hooks.so', source, ['-O2', '-fPIC', '-shared', '-w']);
			await withLauncher(env, async launch => {
				const surroundings = {env, signal: AbortSignal.timeout(600_000), timeoutSeconds: 60};
				const {targets} = await gatherTargets({kind: 'named', names: [python ?? '']}, launch, surroundings);
				const [target] = targets;
				if (target === undefined) return t.fail(`${python} is no Python`);
				const {file, argv, env: own} = launch(target.start);
				const {equal, differing, uncounted} = await compareGrowth({
					file: realpathSync(file),
					env: {PYTHONHASHSEED: '0', LANG: 'C.UTF-8', ...own},
					interpreter: target.interpreter.path,
					library,
					words: [...argv, ...words],
					rounds,
					folder: work.folder,
				});
				t.deepEqual(differing, []);
				t.deepEqual([...uncounted], []);
				const grow = [...equal]
					.filter(([, {reached, passed}]) => reached + passed > 0)
					.flatMap(([names]) => names.split('='));
				const api = grow.filter(name => name.startsWith('Py'));
				t.true(api.length >= 10 && grow.length - api.length >= 10, grow.join(' '));
			});
		},
	);
}

needing(machine(areAddressesFixed, 'a kernel that fixes addresses (personality)'))(
	`${byAddress}, whose calls depend on addresses, is among them (personality)`,
	t => {
		t.true(symbols.includes(byAddress));
	},
);
