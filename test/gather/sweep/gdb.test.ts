/** This file holds the callers that the sweep names to gdb's: which object's code a call of the real function returns to. */

import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import type {CallsReport, FunctionReport} from '../../../src/model/report.js';
import {cli} from '../../support/cli.js';
import {embedder, pyenvLibpythons} from '../../support/embedder.js';
import {systemLibpythons} from '../../support/pythons.js';
import {type Workshop, workshop} from '../../support/workshop.js';

const hasGdb = spawnSync('gdb', ['-nx', '-batch', '-ex', 'python print(1)']).status === 0;
const defaultFlags = pyenvLibpythons().find(path => /3\.1[1-3]/.test(path));
/** Of which the linker has bound every reference: what its tables hold is its own function. */
const bound = systemLibpythons().find(path => /3\.\d+/.test(path) && !bindsByName(path));

function bindsByName(path: string): boolean {
	return / R_\w+_JUMP_SLO\w* .* PyObject_Free/.test(
		execFileSync('readelf', ['-rW', path], {encoding: 'utf8', maxBuffer: 1 << 28}),
	);
}

/** Counts stops at a function by the file name of the object that is returned to, without our shims. */
function seenByGdb(work: Workshop, program: string, code: string, symbol: string): Readonly<Record<string, number>> {
	const script = work.file(
		'count.py',
		`import gdb, json, os
class Count(gdb.Breakpoint):
    seen = {}
    def stop(self):
        address = int(gdb.parse_and_eval('*(unsigned long *)$rsp'))
        name = os.path.basename(gdb.solib_name(address) or 'program')
        self.seen[name] = self.seen.get(name, 0) + 1
        return False
gdb.execute('set breakpoint pending on')
gdb.execute('set auto-load off')
Count('${symbol}')
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
	symbol: string,
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
	readonly library: string | undefined;
	readonly symbol: string;
	/** `EXT` stands for our extension, `LIB` for the libpython. */
	readonly code: string;
	readonly caller: string;
	/** The files of that caller, to which gdb sees calls return. */
	readonly objects: RegExp;
	readonly because: string;
}

const extension = `
	extern const char *Py_GetCopyright(void);
	extern void *PyObject_Malloc(unsigned long);
	void *PyInit_ext(void) { return 0; }
	void f(void) { for (int i = 0; i < 100; i++) Py_GetCopyright(); }
	void g(void (*release)(void *)) { for (int i = 0; i < 100; i++) release(PyObject_Malloc(8)); }`;

const agrees = test.macro<[kind: Kind]>((t, {library = '', symbol, code, caller, objects, because}) => {
	const work = workshop(t);
	const ext = work.compile('ext.so', extension, ['-O0', '-shared', '-fPIC', library, `-Wl,-rpath,${dirname(library)}`]);
	const text = code.replaceAll('EXT', JSON.stringify(ext)).replaceAll('LIB', JSON.stringify(library));
	const program = embedder(work, library);
	const seen = seenByGdb(work, program, text, symbol);
	const calls = counted(work, program, text, symbol)(caller);
	const byGdb = Object.entries(seen).filter(([name]) => objects.test(name));
	const times = byGdb.reduce((sum, [, calls]) => sum + calls, 0);
	t.true(times >= 100, JSON.stringify(seen));
	t.true((calls?.bypassed ?? 0) >= 100);
	// What calls by name is honored, and what it calls may jump here: neither is among these.
	t.is(calls?.bypassed, times, JSON.stringify(seen));
	t.like(calls?.verdict, {because});
});

function withGdb(title: string, kind: Kind): void {
	(hasGdb && kind.library !== undefined ? test.serial : test.serial.skip)(`gdb agrees: ${title}`, agrees, kind);
}

withGdb('a handle’s calls are libffi’s', {
	library: defaultFlags,
	symbol: 'Py_GetCopyright',
	code: 'import ctypes\nf = ctypes.PyDLL(LIB).Py_GetCopyright\nfor _ in range(100): f()',
	caller: 'library',
	objects: /^libffi/,
	because: 'handle',
});
withGdb('what RTLD_DEEPBIND leads past an override is the extension’s', {
	library: defaultFlags,
	symbol: 'Py_GetCopyright',
	code: 'import ctypes\nctypes.PyDLL(EXT, 2 | 8).f()',
	caller: 'extension',
	objects: /^ext\.so$/,
	because: 'deepbind',
});
withGdb('a call of what a type’s slot holds is the extension’s', {
	library: bound,
	symbol: 'PyObject_Free',
	// tp_free of object, which the library itself has filled.
	code: 'import ctypes\nfree = ctypes.c_void_p.from_address(id(object) + 320).value\nctypes.PyDLL(EXT).g(ctypes.c_void_p(free))',
	caller: 'extension',
	objects: /^ext\.so$/,
	because: 'handed-out-address',
});
