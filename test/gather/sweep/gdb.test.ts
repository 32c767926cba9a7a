/** This file holds the callers that the sweep names to gdb's: which object's code a call of the real function returns to. */

import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import type {CallsReport, FunctionReport} from '../../../src/model/report.js';
import type {Cause} from '../../../src/model/verdict.js';
import {preferredPythons} from '../../support/audited-pythons.js';
import {cli} from '../../support/cli.js';
import {embedder} from '../../support/embedder.js';
import {given, machine, needing, x86} from '../../support/needs.js';
import {ownLibpythons} from '../../support/own-prefix.js';
import {systemLibpythons} from '../../support/pythons.js';
import {sum} from '../../support/sum.js';
import {type Workshop, workshop} from '../../support/workshop.js';

const withPython = given(spawnSync('gdb', ['-nx', '-batch', '-ex', 'python print(1)']).status === 0, 'gdb with Python');
const defaultFlags = ownLibpythons().find(path => /3\.1[1-3]/.test(path));
/** Of which the linker has bound every reference: what its tables hold is its own function. */
const bound = systemLibpythons().find(path => /3\.\d+/.test(path) && !bindsByName(path));

function bindsByName(path: string): boolean {
	return / R_\w+_JUMP_SLO\w* .* PyObject_Free/.test(
		execFileSync('readelf', ['-rW', path], {encoding: 'utf8', maxBuffer: 1 << 28}),
	);
}

/**
 * Counts stops at a function by the file name of the object that is returned to, without our shims. Where the stack is as it was when
 * one of the functions `jumping` began, that function's object has jumped there as the last thing it did.
 */
function seenByGdb(
	work: Workshop,
	program: string,
	code: string,
	{symbol, jumping = ''}: Kind,
): Readonly<Record<string, number>> {
	const script = work.file(
		'count.py',
		`import gdb, json, os
def stack():
    return int(gdb.parse_and_eval('(unsigned long)$rsp'))
def object_at(address):
    return os.path.basename(gdb.solib_name(address) or 'program')
class Begin(gdb.Breakpoint):
    last = None
    def stop(self):
        Begin.last = stack(), object_at(int(gdb.parse_and_eval('(unsigned long)$pc')))
        return False
class Count(gdb.Breakpoint):
    seen = {}
    def stop(self):
        address = int(gdb.parse_and_eval('*(unsigned long *)$rsp'))
        name = Begin.last[1] if Begin.last and Begin.last[0] == stack() else object_at(address)
        Begin.last = None
        self.seen[name] = self.seen.get(name, 0) + 1
        return False
gdb.execute('set breakpoint pending on')
gdb.execute('set auto-load off')
Count('${symbol}')
for name in '${jumping}'.split(): Begin(name)
gdb.execute('run')
print('seen ' + json.dumps(Count.seen))
`,
	);
	const args = ['-nx', '-batch', '-x', script, '--args', program, '-S', '-E', '-c', code];
	const {stdout, stderr} = spawnSync('gdb', args, {encoding: 'utf8', maxBuffer: 1 << 28});
	const line = /^seen (\{.*\})$/m.exec(stdout)?.[1];
	if (line === undefined) throw new Error(stdout + stderr);
	return JSON.parse(line);
}

function counted(
	work: Workshop,
	program: string,
	code: string,
	{symbol}: Kind,
): (caller: string) => CallsReport | undefined {
	const file = join(work.folder, 'counted.json');
	const script = work.file('code.py', code);
	const {status, stderr} = cli(['run', '--json', file, '--', program, '-S', '-E', script]);
	if (status !== 0) throw new Error(stderr);
	const {functions} = JSON.parse(readFileSync(file, 'utf8')) as {functions: readonly FunctionReport[]};
	const calls = functions.find(one => one.symbol === symbol)?.calls ?? [];
	return caller => calls.find(one => one.caller === caller);
}

interface Kind {
	/** A libpython, which a program of ours embeds; or a Python that holds its interpreter. */
	readonly python: string | null | undefined;
	readonly symbol: string;
	/**
	 * Of a program with `TIMES` what grows from 100 to 200 is compared: others than the extension may do the same a few times.
	 * `EXT` stands for our extension, `PLAIN` for the same code as a plain library, `LIB` for the libpython, `HERE` for their folder.
	 */
	readonly code: string;
	/** A function that ends in a jump to `symbol`. */
	readonly jumping?: string;
	/** By caller: the files of that caller to which gdb sees calls return, and why those pass an override by; null where they run it. */
	readonly callers: Readonly<Record<string, readonly [objects: RegExp, because: Cause | null]>>;
}

/** A module by hand, so that no header is needed: its one function ends in a jump. */
const extension = `
	extern const char *Py_GetCopyright(void);
	extern void *PyObject_Malloc(unsigned long), *PyContext_CopyCurrent(void), *PyModule_Create2(void *, int);
	void *ends_in_a_jump(void *self, void *none) { return PyContext_CopyCurrent(); }
	static struct { const char *name; void *function; int flags; const char *doc; } methods[] = {{"tail", ends_in_a_jump, 4}, {}};
	static struct { long head[5]; const char *name, *doc; long size; void *methods, *none[4]; }
		definition = {.head = {1}, .name = "ext", .size = -1, .methods = methods};
	void *PyInit_ext(void) { return PyModule_Create2(&definition, 1013); }
	void f(void) { for (int i = 0; i < 100; i++) Py_GetCopyright(); }
	void g(void (*release)(void *), int times) { for (int i = 0; i < times; i++) release(PyObject_Malloc(8)); }`;

const agrees = test.macro<[kind: Kind]>((t, kind) => {
	const work = workshop(t);
	const python = kind.python ?? '';
	const isLibrary = python.includes('.so');
	const linked = isLibrary ? [python, `-Wl,-rpath,${dirname(python)}`] : [];
	const flags = ['-w', '-O1', '-foptimize-sibling-calls', '-shared', '-fPIC', ...linked];
	const paths = {
		EXT: work.compile('ext.so', extension, flags),
		PLAIN: work.compile('plain.so', extension.replace('PyInit_ext', 'Other_ext'), flags),
		LIB: python,
		HERE: work.folder,
	};
	const code = kind.code.replace(/\b(EXT|PLAIN|LIB|HERE)\b/g, name =>
		JSON.stringify(paths[name as keyof typeof paths]),
	);
	const program = isLibrary ? embedder(work, python) : python;
	const runs = [...(code.includes('TIMES') ? ['100'] : []), '200'].map(times => {
		const timed = code.replace('TIMES', times);
		return {seen: seenByGdb(work, program, timed, kind), calls: counted(work, program, timed, kind)};
	});
	for (const [caller, [objects, because]] of Object.entries(kind.callers)) {
		const byGdb = runs.map(({seen}) =>
			sum(Object.entries(seen).flatMap(([name, calls]) => (objects.test(name) ? [calls] : []))),
		);
		const times = grown(byGdb);
		const told = `${caller} ${JSON.stringify(runs.map(({seen}) => seen))}`;
		t.true(times >= 100, told);
		const found = runs.map(({calls}) => calls(caller));
		const bypassed = grown(found.map(calls => calls?.bypassed ?? 0));
		// What calls by name is honored, and what it calls may jump here: neither is among what passed by.
		if (because === null) t.deepEqual([grown(found.map(calls => calls?.honored ?? 0)), bypassed], [times, 0], told);
		else t.is(bypassed, times, told);
		t.like(found[0]?.verdict, because === null ? {kind: 'honored'} : {because}, caller);
	}
});

/** From the run before to the last one; all of a single one. */
function grown(numbers: readonly number[]): number {
	return (numbers.at(-1) ?? 0) - (numbers.at(-2) ?? 0);
}

function withGdb(title: string, kind: Kind): void {
	const has = machine(typeof kind.python === 'string', 'a Python of that kind');
	needing(x86, withPython, has).serial(`gdb agrees: ${title}`, agrees, kind);
}

withGdb('a handle’s calls are libffi’s', {
	python: defaultFlags,
	symbol: 'Py_GetCopyright',
	code: 'import ctypes\nf = ctypes.PyDLL(LIB).Py_GetCopyright\nfor _ in range(100): f()',
	callers: {library: [/^libffi/, 'handle']},
});
withGdb('what RTLD_DEEPBIND leads past an override is the extension’s', {
	python: defaultFlags,
	symbol: 'Py_GetCopyright',
	code: 'import ctypes\nctypes.PyDLL(EXT, 2 | 8).f()',
	callers: {extension: [/^ext\.so$/, 'deepbind']},
});
withGdb('a call of what a type’s slot holds is the extension’s', {
	python: bound,
	symbol: 'PyObject_Free',
	// tp_free of object, which the library itself has filled.
	code: 'import ctypes\nfree = ctypes.c_void_p.from_address(id(object) + 320).value\nctypes.PyDLL(EXT).g(ctypes.c_void_p(free), TIMES)',
	callers: {extension: [/^ext\.so$/, 'handed-out-address']},
});

const tails = 'import sys\nsys.path.insert(0, HERE)\nimport ext\nfor _ in range(100): ext.tail()';
withGdb('what an extension jumps to at its end, on a Python that holds its interpreter, is the extension’s', {
	python: preferredPythons['that holds its interpreter'],
	symbol: 'PyContext_CopyCurrent',
	code: tails,
	jumping: 'ends_in_a_jump',
	callers: {extension: [/^ext\.so$/, 'executable-defines-it']},
});
withGdb('so it is on a libpython of default flags, where it runs the override', {
	python: defaultFlags,
	symbol: 'PyContext_CopyCurrent',
	code: tails,
	jumping: 'ends_in_a_jump',
	callers: {extension: [/^ext\.so$/, null]},
});

/** The same code without and with the name that makes an extension of it, and so, most likely, at the same address. */
const closes = `
import _ctypes, ctypes
for path, times in (PLAIN, 1), (EXT, 2):
    handle = _ctypes.dlopen(path, 2 | DEEPBIND)
    f = ctypes.PYFUNCTYPE(None)(_ctypes.dlsym(handle, "f"))
    for _ in range(times): f()
    del f
    _ctypes.dlclose(handle)`;
withGdb('what is loaded where a closed library was is not taken for that', {
	python: defaultFlags,
	symbol: 'Py_GetCopyright',
	code: closes.replace('DEEPBIND', '0'),
	callers: {library: [/^plain\.so$/, null], extension: [/^ext\.so$/, null]},
});
withGdb('nor is it where both pass the override by', {
	python: defaultFlags,
	symbol: 'Py_GetCopyright',
	code: closes.replace('DEEPBIND', '8'),
	callers: {library: [/^plain\.so$/, 'deepbind'], extension: [/^ext\.so$/, 'deepbind']},
});
