/** This file tests who is said to have called past an override from outside the interpreter, and why, on real Pythons. */

import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import type {Caller} from '../../../src/model/claim.js';
import type {CallsReport, FunctionReport, TargetReport} from '../../../src/model/report.js';
import {cli} from '../../support/cli.js';
import {archive, embedder} from '../../support/embedder.js';
import {ownLibpythons} from '../../support/own-prefix.js';
import {readelfDefines, systemPython} from '../../support/pythons.js';
import {type Workshop, workshop} from '../../support/workshop.js';

/** A default-flag build, in which nothing but a way around the names passes an override by. */
const library = ownLibpythons().find(path => /3\.1[1-3]/.test(path)) ?? '';
const withDefaultBuild = needing(machine(library !== '', 'a libpython of default flags'));

/** An object that is an extension by its name for the interpreter, and calls a function 1,000 times. */
const extension = `
	extern void *PyErr_Occurred(void);
	void *PyInit_ext(void) { return 0; }
	void f(void) { for (int i = 0; i < 1000; i++) PyErr_Occurred(); }`;

function callsIn(
	work: Workshop,
	python: string,
	code: string,
	symbol: string,
): (caller: Caller) => CallsReport | undefined {
	const file = join(work.folder, 'calls.json');
	const {status, stderr} = cli(['run', '--python', python, '--json', file, '-c', code]);
	if (status !== 0) throw new Error(stderr);
	const {functions} = JSON.parse(readFileSync(file, 'utf8')) as {functions: readonly FunctionReport[]};
	const calls = functions.find(one => one.symbol === symbol)?.calls ?? [];
	return caller => calls.find(one => one.caller === caller);
}

const passes = test.macro<[code: string, caller: Caller, because: string | null]>((t, code, caller, because) => {
	const work = workshop(t);
	const ext = work.compile('ext.so', extension, ['-shared', '-fPIC', library, `-Wl,-rpath,${dirname(library)}`]);
	const text = code.replaceAll('EXT', JSON.stringify(ext)).replaceAll('LIB', JSON.stringify(library));
	const by = callsIn(work, embedder(work, library), text, 'PyErr_Occurred');
	t.is(by(caller)?.bypassed ?? 0, because === null ? 0 : 1000);
	if (because !== null) t.like(by(caller)?.verdict, {because});
	else t.true((by(caller)?.honored ?? 0) >= 1000);
	t.is(by('interpreter')?.bypassed, 0);
});

const opened = 'import ctypes, os; e = ctypes.PyDLL(EXT, FLAGS); e.f.restype = None; e.f()';
const called = 'import ctypes; f = HANDLE.PyErr_Occurred; f.restype = ctypes.c_void_p\nfor _ in range(1000): f()';

withDefaultBuild(
	'an extension’s calls run the override',
	passes,
	opened.replace('FLAGS', 'os.RTLD_NOW'),
	'extension',
	null,
);
withDefaultBuild(
	'those of one that was opened with RTLD_DEEPBIND pass it by, and are its own',
	passes,
	opened.replace('FLAGS', 'os.RTLD_NOW | os.RTLD_DEEPBIND'),
	'extension',
	'deepbind',
);
withDefaultBuild(
	'a call through ctypes.pythonapi runs the override',
	passes,
	called.replace('HANDLE', 'ctypes.pythonapi'),
	'library',
	null,
);
withDefaultBuild(
	'one through a handle of the library passes it by, and is libffi’s',
	passes,
	called.replace('HANDLE', 'ctypes.PyDLL(LIB)'),
	'library',
	'handle',
);

/** Neither is opened with RTLD_DEEPBIND, though a relocation that names a function stands for what each calls. */
const otherWays = {
	malloc: `
		void *__libc_malloc(unsigned long); void free(void *);
		void f(void) { for (int i = 0; i < 1000; i++) free(__libc_malloc(24)); }`,
	PyErr_Occurred: `
		extern void *PyErr_Occurred(void);
		void *dlopen(const char *, int); void *dlsym(void *, const char *);
		void *(*way)(void) = PyErr_Occurred;
		void f(void) {
			way = (void *(*)(void))dlsym(dlopen("${library}", 2), "PyErr_Occurred");
			for (int i = 0; i < 1000; i++) way();
		}`,
};
for (const [symbol, source] of Object.entries(otherWays)) {
	withDefaultBuild(`${symbol}: another name, or a variable of the name, is not taken for RTLD_DEEPBIND`, t => {
		const work = workshop(t);
		const plain = work.compile('plain.so', source, ['-shared', '-fPIC', '-fno-builtin']);
		const code = `import ctypes; ctypes.PyDLL(${JSON.stringify(plain)}).f()`;
		const by = callsIn(work, embedder(work, library), code, symbol)('library');
		t.is(by?.bypassed, 1000);
		t.like(by?.verdict, {because: 'unknown'});
	});
}

const forwards = test.macro<[body: string]>((t, body) => {
	const work = workshop(t);
	const source = `
		#define _GNU_SOURCE
		#include <dlfcn.h>
		void *PyErr_Occurred(void) {
			static void *(*next)(void);
			if (!next) next = (void *(*)(void))dlsym(RTLD_NEXT, "PyErr_Occurred");
			${body}
		}`;
	const preload = work.compile('own.so', source, ['-O2', '-shared', '-fPIC']);
	const file = join(work.folder, 'run.json');
	const path = embedder(work, library);
	const {status, stderr} = cli(['run', '--json', file, '--', path, '-S', '-c', '{}'], {env: {LD_PRELOAD: preload}});
	t.is(status, 0, stderr);
	const {functions, findings} = JSON.parse(readFileSync(file, 'utf8')) as TargetReport;
	const calls = functions.find(({symbol}) => symbol === 'PyErr_Occurred')?.calls ?? [];
	t.like(calls.find(({caller}) => caller === 'interpreter')?.verdict, {kind: 'honored'});
	// An override of the user's ran as well as ours: none of these calls passed anything by.
	t.deepEqual(
		calls.filter(({verdict}) => verdict.kind === 'partial' || verdict.kind === 'bypassed'),
		[],
	);
	t.true(findings.some(({kind}) => kind === 'sweep-forwarded'));
	// Of the others entries were counted.
	const other = functions.find(({symbol}) => symbol === 'PyObject_GetAttr')?.calls ?? [];
	t.is(other.find(({caller}) => caller === 'interpreter')?.bypassed, 0);
});

withDefaultBuild(
	'what an override of the user’s forwards by a call is no call of the program',
	forwards,
	'void *volatile found = next(); return found;',
);
withDefaultBuild('nor is what it forwards by a jump', forwards, 'return next();');

const python = systemPython() ?? '';
const copies =
	'import contextvars\nfor _ in range(1000): contextvars.copy_context()\n' +
	'print(getattr(__import__("_contextvars"), "__file__", ""))';
const isExtension = (path: string) => path !== '' && cli(['run', '--python', path, '-c', copies]).stdout.trim() !== '';
const staticPython =
	['/usr/bin/python3', python].find(path => path !== '' && readelfDefines(path, 'PyErr_Occurred')) ?? '';

needing(machine(isExtension(staticPython), 'a static Python whose contextvars is an extension'))(
	'an extension’s tail call on a static Python is the extension’s',
	t => {
		const by = callsIn(workshop(t), staticPython, copies, 'PyContext_CopyCurrent');
		t.is(by('extension')?.bypassed, 1000);
		t.is(by('interpreter')?.bypassed, 0);
	},
);

withDefaultBuild('an extension’s tail call on a default-flag build runs the override, and is the extension’s', t => {
	const work = workshop(t);
	const by = callsIn(work, embedder(work, library), copies, 'PyContext_CopyCurrent');
	t.is(by('extension')?.honored, 1000);
	t.is(by('interpreter')?.honored, 0);
});

const ownMalloc = `
	#include <stddef.h>
	extern int Py_BytesMain(int, char **);
	extern void *__libc_malloc(size_t);
	void *malloc(size_t size) { return __libc_malloc(size); }
	int main(int count, char **words) { return Py_BytesMain(count, words); }`;

const ownClock = `
	#define _GNU_SOURCE
	#include <sys/syscall.h>
	#include <time.h>
	#include <unistd.h>
	extern int Py_BytesMain(int, char **);
	int clock_gettime(clockid_t clock, struct timespec *now) { return (int)syscall(SYS_clock_gettime, clock, now); }
	int main(int count, char **words) { return Py_BytesMain(count, words); }`;

/** Of which libpython's own is entered by the program alone, past every override. */
const ownErrOccurred = `
	#include <dlfcn.h>
	extern int Py_BytesMain(int, char **);
	void *PyErr_Occurred(void) {
		static void *(*real)(void);
		if (!real) real = dlsym(dlopen("${library}", RTLD_NOW | RTLD_NOLOAD), "PyErr_Occurred");
		void *volatile found = real();
		return found;
	}
	int main(int count, char **words) { return Py_BytesMain(count, words); }`;

const stands = test.macro<[symbol: string, source: string | undefined, because: string | null]>(
	(t, symbol, source, because) => {
		const work = workshop(t);
		const path = embedder(work, library, source);
		const asked = ['--symbols', symbol, '--routes', 'interpreter,extension,dlsym'];
		for (const swept of [['--no-sweep'], []]) {
			const {stdout} = cli(['check', '--json', ...swept, ...asked, path]);
			const {targets} = JSON.parse(stdout) as {targets: readonly {functions: readonly FunctionReport[]}[]};
			const calls = targets[0]?.functions.find(one => one.symbol === symbol)?.calls ?? [];
			t.is(calls.length, 3);
			for (const {caller, honored, probe, verdict} of calls) {
				t.is(verdict.kind, because === null ? 'honored' : 'bypassed', caller);
				t.is(probe?.honored, because === null ? 20 : 0, caller);
				if (because !== null) t.is(honored, 0, caller);
				if (because !== null) t.like(verdict, {because}, caller);
			}
		}
	},
);

withDefaultBuild('an override of malloc is honored in a program that defines none', stands, 'malloc', undefined, null);
withDefaultBuild(
	'a program’s own malloc stands before every override, for every caller',
	stands,
	'malloc',
	ownMalloc,
	'executable-defines-it',
);
withDefaultBuild('so does its own clock', stands, 'clock_gettime', ownClock, 'executable-defines-it');
withDefaultBuild(
	'an override of a function of libpython is honored in a program that defines none',
	stands,
	'PyErr_Occurred',
	undefined,
	null,
);
withDefaultBuild(
	'a program’s own definition of it stands before every override, for every caller',
	stands,
	'PyErr_Occurred',
	ownErrOccurred,
	'executable-defines-it',
);

/** With an allocator that nobody outside sees, as a program has one that is linked with all that it needs. */
const hiddenAllocator = `
	#include <stddef.h>
	#define HIDDEN __attribute__((visibility("hidden")))
	extern int Py_BytesMain(int, char **);
	extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
	extern void __libc_free(void *);
	HIDDEN void *malloc(size_t size) { return __libc_malloc(size); }
	HIDDEN void *calloc(size_t count, size_t size) { return __libc_calloc(count, size); }
	HIDDEN void *realloc(void *block, size_t size) { return __libc_realloc(block, size); }
	HIDDEN void free(void *block) { __libc_free(block); }
	int main(int count, char **words) { return Py_BytesMain(count, words); }`;
const linked = archive();
const libraries = ['-lm', '-ldl', '-lutil', '-lpthread', '-rdynamic', '-w'];

needing(machine(linked !== null, 'a libpython to link statically'))(
	'an allocator that a program with its interpreter holds for itself takes the interpreter’s calls, and nobody else’s',
	t => {
		const work = workshop(t);
		const path = work.compile('python-hidden', hiddenAllocator, [linked?.path ?? '', ...libraries]);
		const asked = ['--symbols', 'malloc,free', '--routes', 'interpreter,extension,dlsym'];
		const {stdout} = cli(['check', '--json', '--no-sweep', ...asked, path], {env: {PYTHONHOME: linked?.prefix ?? ''}});
		const {targets} = JSON.parse(stdout) as {targets: readonly {functions: readonly FunctionReport[]}[]};
		const calls = targets[0]?.functions.flatMap(({symbol, calls}) => calls.map(one => ({symbol, ...one}))) ?? [];
		const own = {kind: 'bypassed', bypassed: null, because: 'executable-defines-it'};
		t.deepEqual(
			calls.map(({symbol, caller, verdict}) => [symbol, caller, verdict]),
			['free', 'malloc'].flatMap(symbol => [
				[symbol, 'dlsym', {kind: 'honored', calls: 20}],
				[symbol, 'extension', {kind: 'honored', calls: 20}],
				[symbol, 'interpreter', own],
			]),
		);
	},
);

/** The same code without and with the name that makes an extension of it, and so, most likely, at the same address. */
const closes = `
import _ctypes, ctypes, sys
for path in (PLAIN, EXT):
    handle = _ctypes.dlopen(path, 2)
    f = ctypes.PYFUNCTYPE(None)(_ctypes.dlsym(handle, "f"))
    print(_ctypes.dlsym(handle, "f"))
    f()
    del f
    _ctypes.dlclose(handle)`;

import {machine, needing} from '../../support/needs.js';

withDefaultBuild('an extension that is loaded where a closed library was is not taken for that', t => {
	const work = workshop(t);
	const flags = ['-shared', '-fPIC', library, `-Wl,-rpath,${dirname(library)}`];
	const plain = work.compile('plain.so', extension.replace('PyInit_ext', 'Other_ext'), flags);
	const ext = work.compile('ext.so', extension, flags);
	const code = closes.replace('PLAIN', JSON.stringify(plain)).replace('EXT', JSON.stringify(ext));
	const by = callsIn(work, embedder(work, library), code, 'PyErr_Occurred');
	t.true((by('library')?.honored ?? 0) >= 1000);
	t.true((by('extension')?.honored ?? 0) >= 1000);
});
