/** This file compares what `run` counts of libc's functions with what callgrind and gdb see of the same program without any shim. */

import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, realpathSync} from 'node:fs';
import {basename, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {FunctionReport} from '../../../src/model/report.js';
import {callgrind, callgrindEnvironment, valgrind} from '../../support/callgrind.js';
import {callersOf} from '../../support/callgrind-stubs.js';
import {cli} from '../../support/cli.js';
import {embedder} from '../../support/embedder.js';
import {file, machine, needing, program} from '../../support/needs.js';
import {ownLibpythons} from '../../support/own-prefix.js';
import {readelfDefines, systemLibpythons} from '../../support/pythons.js';
import {type Workshop, workshop} from '../../support/workshop.js';

/**
 * Each round: one malloc by a handle, two by what everybody's scope gives, three by an extension, four of the interpreter's own. The
 * extension works while it is imported: callgrind does not see what libffi has called.
 */
const code = `
import ctypes, os, sys
rounds = int(sys.argv[1])
def pair(library):
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    return library.malloc, library.free
handle, scope = pair(ctypes.CDLL('libc.so.6')), pair(ctypes.CDLL(None))
for (malloc, free), times in ((handle, 1), (scope, 2)):
    for _ in range(rounds * times): free(malloc(100))
sys.path.insert(0, sys.argv[2])
os.environ['ROUNDS'] = str(rounds * 3)
try: import ext
except SystemError: pass
for _ in range(rounds * 4): bytearray(5000)
for _ in range(rounds): open('/dev/null', 'rb', 0).close()
`;

const extension = `
	#include <stdlib.h>
	void *PyInit_ext(void)
	{
		for (int i = atoi(getenv("ROUNDS")); i > 0; i--)
			free(realloc(malloc(10), 20));
		return 0;
	}`;

const symbols = ['malloc', 'calloc', 'realloc', 'free', 'open64', 'read', 'write'] as const;
type ByCaller = Readonly<Record<string, number>>;

/** How much more is called in 2n rounds than in n. */
function growth(of: (rounds: number) => ReadonlyMap<string, ByCaller>): readonly string[] {
	const [once, twice] = [of(60), of(120)];
	return [...new Set([...once.keys(), ...twice.keys()])].sort().flatMap(key => {
		const callers = new Set([...Object.keys(once.get(key) ?? {}), ...Object.keys(twice.get(key) ?? {})]);
		return [...callers].sort().flatMap(caller => {
			const more = (twice.get(key)?.[caller] ?? 0) - (once.get(key)?.[caller] ?? 0);
			return more === 0 ? [] : [`${key} ${caller} ${more}`];
		});
	});
}

/** Both sides added up: callgrind sees the entries, whichever way led there. What libc calls of itself it sees, too. */
function counted(work: Workshop, words: readonly string[], side: (calls: FunctionReport['calls'][number]) => number) {
	return (rounds: number) => {
		const path = join(work.folder, 'counted.json');
		const {status, stderr} = cli(['run', '--json', path, ...words.map(word => (word === 'N' ? `${rounds}` : word))]);
		if (status !== 0) throw new Error(stderr);
		const {functions} = JSON.parse(readFileSync(path, 'utf8')) as {functions: readonly FunctionReport[]};
		const rows = functions.filter(({symbol}) => (symbols as readonly string[]).includes(symbol));
		return new Map(
			rows.map(({symbol, calls}) => [symbol, Object.fromEntries(calls.map(one => [one.caller, side(one)]))]),
		);
	};
}

function seen(work: Workshop, command: readonly string[], roles: (object: string) => string) {
	return (rounds: number) => {
		const out = join(work.folder, 'callgrind.out');
		const words = command.map(word => (word === 'N' ? `${rounds}` : word));
		const [tool = '', ...rest] = [...callgrind(out), ...words];
		const {status, stderr} = spawnSync(tool, rest, {
			encoding: 'utf8',
			env: {...callgrindEnvironment, PATH: process.env.PATH, PYTHONHASHSEED: '0'},
		});
		if (status !== 0) throw new Error(stderr);
		const calls = new Map<string, Record<string, number>>();
		for (const [name, by] of callersOf('libc.so.6', ['', ''], out)) {
			// valgrind knows a function by one of its names.
			const symbol = {open: 'open64', __libc_read: 'read', __libc_write: 'write'}[name] ?? name;
			if (!(symbols as readonly string[]).includes(symbol)) continue;
			const row = calls.get(symbol) ?? {};
			for (const [object, made] of by) row[roles(object)] = (row[roles(object)] ?? 0) + made;
			calls.set(symbol, row);
		}
		return calls;
	};
}

/** callgrind loses its way where libffi changes stacks: what libffi calls is gdb's to count. Both names are libc's alone. */
function stopped(work: Workshop, command: readonly string[]) {
	const script = work.file(
		'count.py',
		`import gdb, json, os
gdb.execute('set auto-load off')
gdb.execute('set breakpoint pending on')
gdb.execute('tbreak Py_BytesMain')
gdb.execute('run')
seen = {}
class Count(gdb.Breakpoint):
    def stop(self):
        address = int(gdb.parse_and_eval('*(unsigned long *)$rsp'))
        if os.path.basename(gdb.solib_name(address) or '').startswith('libffi'):
            seen[self.name_] = seen.get(self.name_, 0) + 1
        return False
for name in ('malloc', 'free'):
    Count('*(long)&__libc_' + name).name_ = name
gdb.execute('continue')
print('seen ' + json.dumps(seen))
`,
	);
	return (rounds: number) => {
		const words = command.map(word => (word === 'N' ? `${rounds}` : word));
		const args = ['-nx', '-batch', '-x', script, '--args', ...words];
		const {stdout, stderr} = spawnSync('gdb', args, {encoding: 'utf8', maxBuffer: 1 << 28});
		const line = /^seen (\{.*\})$/m.exec(stdout)?.[1];
		if (line === undefined) throw new Error(stdout + stderr);
		const calls = Object.entries(JSON.parse(line) as ByCaller);
		return new Map(calls.map(([symbol, times]) => [symbol, {library: times}]));
	};
}

const agrees = test.macro(async (t: ExecutionContext, target: string, isLibrary: boolean) => {
	const work = workshop(t);
	const folder = join(work.folder, 'modules');
	work.compile('modules/ext.so', extension, ['-O0', '-fno-builtin', '-shared', '-fPIC']);
	const script = work.file('program.py', code);
	const executable = isLibrary ? embedder(work, target) : target;
	const words = ['-S', '-E', script, 'N', folder];
	const interpreter = basename(target);
	const roles = (object: string) =>
		object === interpreter
			? 'interpreter'
			: object === 'ext.so' || object.startsWith('_')
				? 'extension'
				: object === basename(executable)
					? 'executable'
					: 'library';
	const run = isLibrary ? ['--', executable, ...words] : ['--python', executable, '--', ...words];
	const all = growth(counted(work, run, ({honored, bypassed}) => honored + (bypassed ?? 0)));
	const others = all.filter(row => !row.includes(' library '));
	const byCallgrind = growth(seen(work, [executable, ...words], roles));
	t.deepEqual(
		others,
		byCallgrind.filter(row => !row.includes(' library ')),
	);
	const byGdb = growth(stopped(work, [executable, ...words]));
	t.deepEqual(
		all.filter(row => / (free|malloc) library /.test(` ${row}`)),
		byGdb,
	);
	for (const row of ['malloc extension 180', 'malloc library 180', 'realloc extension 180', 'free extension 180']) {
		t.true(all.includes(row), JSON.stringify(all));
	}
	const passed = growth(counted(work, run, ({bypassed}) => bypassed ?? 0));
	// The handle alone.
	t.deepEqual(passed, ['free library 60', 'malloc library 60']);
});

const byOracles = (path: string | null | undefined, lack = file(path)) =>
	needing(valgrind, program('gdb'), lack).serial;
const defaultFlags = ownLibpythons().find(path => /3\.1[1-3]\./.test(path));
byOracles(defaultFlags, machine(defaultFlags !== undefined, 'a libpython of default flags'))(
	"libc's calls equal callgrind's and gdb's on a default-flag libpython",
	agrees,
	defaultFlags ?? '',
	true,
);
const bound = systemLibpythons().find(path => /libpython3\./.test(path));
byOracles(bound)("libc's calls equal callgrind's and gdb's on a system's libpython", agrees, bound ?? '', true);
const system = existsSync('/usr/bin/python3') ? realpathSync('/usr/bin/python3') : null;
byOracles(system !== null && readelfDefines(system, 'PyErr_Occurred') ? system : null)(
	"libc's calls equal callgrind's and gdb's on a system's static python3",
	agrees,
	system ?? '',
	false,
);
