/** This file drives `pyinterpose audit` end to end on the machine's own Python. */

import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import type {AuditReport} from '../../src/model/audit.js';
import {preferredPythons} from '../support/audited-pythons.js';
import {cli} from '../support/cli.js';
import {file, machine, needing} from '../support/needs.js';
import {systemLibpythons, systemPython} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/audit.schema.json', import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false}).compile(schema);

const python = systemPython() ?? 'python3';
const {'that holds its interpreter': whole, 'with a libpython of default flags': split} = preferredPythons;
const [libpython] = systemLibpythons();
const shared = ['-O2', '-fPIC', '-shared'];

/** A profiler of Python's API, as somebody makes one at home. */
const profiler = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
#define HOOK(name, type, parameters, arguments) \\
	type name parameters { static type (*next) parameters; \\
		if (!next) next = (type (*) parameters)dlsym(RTLD_NEXT, #name); return next arguments; }
HOOK(PyErr_Occurred, void *, (void), ())
HOOK(PyObject_GetAttr, void *, (void *object, void *name), (object, name))
`;

function read(stdout: string): AuditReport {
	return JSON.parse(stdout);
}

needing(machine(whole !== null, 'a Python that holds its interpreter'))(
	'a profiler of the API is bypassed for all callers on a Python that holds its interpreter, with exit status 1',
	t => {
		const library = workshop(t).compile('profiler.so', profiler, shared);
		const {status, stdout} = cli(['audit', '--json', library, whole ?? '']);
		const report = read(stdout);
		t.true(valid(report), JSON.stringify(valid.errors));
		const [build] = report.builds;
		t.is(status, 1);
		t.is(build?.interpreter.linkage, 'static');
		const error = build?.functions.find(({symbol}) => symbol === 'PyErr_Occurred');
		t.true((error?.calls.length ?? 0) > 0);
		for (const {honored, bypassed, verdict} of error?.calls ?? []) {
			t.is(honored, 0);
			t.true(bypassed !== null && bypassed > 0);
			t.deepEqual(verdict, {kind: 'bypassed', because: 'executable-defines-it'});
		}
	},
);

for (const [how, flags] of [
	['a jump', []],
	['a call', ['-fno-optimize-sibling-calls']],
] as const) {
	needing(machine(split !== null, 'a Python with a libpython of default flags'))(
		`a Python of default flags gives it every call, where it forwards by ${how}`,
		t => {
			const library = workshop(t).compile('profiler.so', profiler, [...shared, ...flags]);
			const {status, stdout} = cli(['audit', '--json', library, split ?? '']);
			t.is(status, 0);
			const functions = read(stdout).builds[0]?.functions ?? [];
			t.is(functions.length, 2);
			for (const {calls, forwarded, aside} of functions) {
				for (const {bypassed, unsure} of calls) t.deepEqual({bypassed, unsure}, {bypassed: 0, unsure: 0});
				t.is(calls.find(({caller}) => caller === 'interpreter')?.verdict.kind, 'honored');
				t.is(
					forwarded,
					calls.reduce((sum, {honored}) => sum + honored, 0),
				);
				t.deepEqual(aside, {reached: 0, passed: 0});
			}
		},
	);
}

needing(file(libpython, 'a libpython'))('a libpython gives it the calls of extensions and keeps its own', t => {
	const library = workshop(t).compile('profiler.so', profiler, shared);
	const {status, stdout} = cli(['audit', '--json', library, libpython ?? '']);
	t.is(status, 1);
	const error = read(stdout).builds[0]?.functions.find(({symbol}) => symbol === 'PyErr_Occurred');
	const of = (caller: string) => error?.calls.find(one => one.caller === caller);
	t.is(of('interpreter')?.honored, 0);
	t.true((of('extension')?.honored ?? 0) > 0);
	t.is(of('extension')?.bypassed, 0);
	t.is(error?.forwarded, of('extension')?.honored);
});

/** Moves the clock for time.time() and nothing else. */
const clock = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *out) {
	static int (*next)(clockid_t, struct timespec *);
	if (!next) next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int result = next(clock, out);
	if (clock == CLOCK_REALTIME) out->tv_sec = 1000000000;
	return result;
}
`;

test('an override of libc gets every call, and has its effect: exit status 0', t => {
	const library = workshop(t).compile('clock.so', clock, shared);
	const {status, stdout, stderr} = cli(['audit', '--json', '--expect', 'int(time.time()) == 10 ** 9', library, python]);
	t.deepEqual({status, stderr}, {status: 0, stderr: ''});
	const [build] = read(stdout).builds;
	t.deepEqual(build?.expectation, {
		expression: 'int(time.time()) == 10 ** 9',
		under: {kind: 'value', value: 'True', truth: true},
		without: {kind: 'value', value: 'False', truth: false},
		kept: true,
	});
	const [called] = build?.functions ?? [];
	t.is(called?.symbol, 'clock_gettime');
	t.deepEqual(called?.calls[0]?.verdict, {kind: 'honored'});
});

test('an effect that is there without the library, too, is none: exit status 1', t => {
	const library = workshop(t).compile('clock.so', clock, shared);
	t.is(cli(['audit', '--expect', '1 + 1 == 2', library, python]).status, 1);
});

test('a library with a version node of its own is ignored by callers that ask for another version', t => {
	const work = workshop(t);
	const map = work.file('map', 'MINE_1 { global: clock_gettime; local: *; };');
	const library = work.compile('clock.so', clock, [...shared, `-Wl,--version-script=${map}`]);
	const {status, stdout} = cli(['audit', '--json', library, python]);
	t.is(status, 1);
	const [build] = read(stdout).builds;
	const called = build?.functions.find(({symbol}) => symbol === 'clock_gettime');
	t.is(called?.version, 'MINE_1');
	t.deepEqual(called?.calls.find(({caller}) => caller === 'interpreter')?.verdict, {
		kind: 'bypassed',
		because: 'version',
	});
});

test('a library that lets the program die is told with how it dies', t => {
	const library = workshop(t).compile(
		'fatal.so',
		'#include <stdlib.h>\nint getpid(void) { abort(); }\n__attribute__((constructor)) static void die(void) { abort(); }',
		shared,
	);
	const {status, stdout} = cli(['audit', library, python]);
	t.is(status, 1);
	t.regex(stdout, /does not survive the library: it was ended by SIGABRT/);
});

test('a command of the user is audited as it is, wrapper and all', t => {
	const work = workshop(t);
	const library = work.compile('clock.so', clock, shared);
	const wrapper = work.file('moved', `#!/bin/sh\nLD_PRELOAD=${library} exec "$@"\n`, 0o755);
	const {status, stdout} = cli([
		'audit',
		'--json',
		'--',
		wrapper,
		python,
		'-S',
		'-c',
		'import time; print(int(time.time()))',
	]);
	t.is(status, 0);
	const {libraries, builds} = read(stdout);
	t.deepEqual(
		libraries.map(({path}) => path),
		[library],
	);
	t.deepEqual(builds[0]?.findings, []);
	t.true((builds[0]?.functions[0]?.calls[0]?.honored ?? 0) > 0);
});

/** How often ctypes calls getuid: on libc's own handle, and in the loader's order. */
const byCtypes = `
import ctypes
real, first = ctypes.CDLL("libc.so.6").getuid, ctypes.CDLL(None).getuid
for i in range(500): real()
for i in range(70): first()
`;

test("ctypes passes the library by with libc's handle, which the cause says, and reaches it without one", t => {
	const library = workshop(t).compile('getuid.so', 'int getuid(void) { volatile int user = 12; return user; }', shared);
	const {status, stdout} = cli(['audit', '--json', library, '--', python, '-S', '-c', byCtypes]);
	t.is(status, 0);
	const [called] = read(stdout).builds[0]?.functions ?? [];
	t.deepEqual(
		called?.calls.find(({caller}) => caller === 'library'),
		{caller: 'library', honored: 70, bypassed: 500, unsure: 0, verdict: {kind: 'partial', because: 'handle'}},
	);
});

test("what glibc's resolvers choose is judged by the loader's word, and called inconclusive where a handle was asked for it", t => {
	const source = `
typedef unsigned long size;
long time(long *to) { if (to) *to = 12; return 12; }
size strlen(const char *text) { size length = 0; while (text[length]) length++; return length; }
`;
	const library = workshop(t).compile('chosen.so', source, [
		...shared,
		'-fno-builtin',
		'-fno-tree-loop-distribute-patterns',
	]);
	const byInterpreter = (program: string) => {
		const {stdout} = cli(['audit', '--json', library, '--', python, '-S', '-c', program]);
		const functions = read(stdout).builds[0]?.functions ?? [];
		t.deepEqual(
			functions.map(({symbol}) => symbol),
			['strlen', 'time'],
		);
		for (const {uncounted, calls} of functions) {
			t.regex(uncounted ?? '', /^libc\.so\.6: it is chosen by a resolver/);
			for (const {bypassed} of calls) t.is(bypassed, null);
		}
		return functions[0]?.calls.find(({caller}) => caller === 'interpreter')?.verdict.kind;
	};
	t.is(byInterpreter('pass'), 'honored');
	t.is(byInterpreter('import ctypes; ctypes.CDLL("libc.so.6").strlen(b"text")'), 'inconclusive');
});

test('the environment of a program is the same while it is watched', t => {
	const library = workshop(t).compile('clock.so', clock, shared);
	const program = 'import os; print(sorted(os.environ.items()))';
	const {status, stdout} = cli(['audit', '--json', library, '--', python, '-S', '-c', program], {
		env: {GLIBC_TUNABLES: 'glibc.malloc.check=0'},
	});
	t.is(status, 0);
	// That it prints something else while it is watched would be a finding.
	t.deepEqual(read(stdout).builds[0]?.findings, []);
});

test('a command that preloads nothing is told so, with exit status 2', t => {
	const {status, stderr} = cli(['audit', '--', python, '-c', 'pass']);
	t.is(status, 2);
	t.regex(stderr, /preloads nothing into/);
});

test('a report goes into a file beside what the terminal shows, and --quiet says nothing else', t => {
	const work = workshop(t);
	const library = work.compile('getpid.so', 'int getpid(void) { return 12; }', shared);
	const path = `${work.folder}/audit.json`;
	const {status, stdout, stderr} = cli(['audit', '--quiet', '--output', `json=${path}`, library, python]);
	t.regex(stdout, /getpid/);
	t.is(stderr, '');
	t.deepEqual(
		read(readFileSync(path, 'utf8')).libraries.map(one => one.path),
		[library],
	);
	t.is(cli(['audit', '--skip-exit-code', '--format', 'json', library, python]).status, 0);
	t.is(cli(['audit', '--json', library, python]).status, status);
	t.is(cli(['audit', '--format', 'yaml', library, python]).status, 2);
});

test('what is no library is told so, with exit status 2', t => {
	t.is(cli(['audit', python]).status, 2);
	t.regex(cli(['audit', 'no-such-library.so']).stderr, /no-such-library\.so is no library/);
	t.is(cli(['audit']).status, 2);
});
