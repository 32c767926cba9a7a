/** This file shows that a program under `pyinterpose run` is the same program, and that what it called is told. */

import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {cli, cliPath} from '../support/cli.js';
import {file, needing, program} from '../support/needs.js';
import {python} from '../support/python.js';
import {systemLibpythons} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const told = `
import os, sys
print(sys.stdin.read() if "read" in sys.argv else "", sys.argv[1:], __name__)
sys.stderr.write("said\\n")
print([name for name in os.environ if name == "LD_PRELOAD"])
sys.exit(7)
`;

interface Told {
	readonly ending: object;
	readonly functions: readonly {
		readonly symbol: string;
		readonly calls: readonly {honored: number; bypassed: number | null}[];
	}[];
	readonly findings: readonly object[];
}

function readTold(path: string): Told {
	return JSON.parse(readFileSync(path, 'utf8'));
}

test('input, output, arguments and exit status of the program pass through', t => {
	const work = workshop(t);
	const script = work.file('told.py', told);
	const given = ['read', '--json', '-m', '--', 'x'];
	const bare = spawnSync(python, [script, ...given], {input: 'some text', encoding: 'utf8'});
	const {status, stdout, stderr} = cli(['run', '--python', python, '--', script, ...given], {input: 'some text'});
	t.deepEqual({status, stdout, stderr}, {status: 7, stdout: bare.stdout, stderr: bare.stderr});
	t.true(bare.stdout.includes('some text'));
});

test('code and modules run as with -c and -m', t => {
	const work = workshop(t);
	work.file('module.py', 'import sys\nprint(__name__, sys.argv[1:])\n');
	const env = {PYTHONPATH: work.folder};
	t.is(cli(['run', '--python', python, '-m', 'module', '--', '-m', 'a'], {env}).stdout, "__main__ ['-m', 'a']\n");
	t.is(
		cli(['run', '--python', python, '-c', 'import sys; print(sys.argv)', '--', '-c'], {env}).stdout,
		"['-c', '-c']\n",
	);
	t.is(cli(['run', '--python', python, '--', '-m', 'module', 'b'], {env}).stdout, "__main__ ['b']\n");
});

test('what a handler on a small stack needs is said where a program ends as one would, and nowhere else', t => {
	// The handler is one of Python's own functions, which is patched, on a stack of SIZE bytes above a page that nobody may touch.
	const handler = `
import ctypes, mmap, os, sys
size, libc = int(sys.argv[1]), ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + 3 * [ctypes.c_int] + [ctypes.c_long]
top = libc.mmap(None, 1 << 16, 0, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0) + (1 << 16) - size
libc.mprotect(ctypes.c_void_p(top), ctypes.c_size_t(size), mmap.PROT_READ | mmap.PROT_WRITE)
class Stack(ctypes.Structure): _fields_ = [("sp", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t)]
class Action(ctypes.Structure): _fields_ = [("handler", ctypes.c_void_p), ("mask", ctypes.c_ulong * 16), ("flags", ctypes.c_int), ("restorer", ctypes.c_void_p)]
handler = ctypes.cast(ctypes.pythonapi.PyErr_CheckSignals, ctypes.c_void_p).value
assert libc.sigaltstack(ctypes.byref(Stack(top, 0, size)), None) == 0
assert libc.sigaction(10, ctypes.byref(Action(handler, (ctypes.c_ulong * 16)(), 0x08000000, None)), None) == 0
os.kill(os.getpid(), 10)`;
	const script = workshop(t).file('handler.py', handler);
	const needs =
		/note: The program was ended by SIG(SEGV|BUS)\. Under a sweep a handler on an alternate signal stack needs 12 KB of it/;
	const [small, large] = ['4096', '16384'].map(size => cli(['run', '--python', python, '--', script, size]));
	t.is(spawnSync(python, [script, '4096']).status, 0, 'it runs by itself');
	t.is(large?.status, 0, large?.stderr);
	t.notRegex(large?.stderr ?? '', needs);
	// On a CPU of few vector registers, 4 KB may do.
	if (small?.status !== 0) t.regex(small?.stderr ?? '', needs);
	const ended = cli(['run', '--python', python, '-c', 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)']);
	t.is(ended.status, 139);
	t.regex(ended.stderr, needs);
	t.notRegex(cli(['run', '--python', python, '-c', 'import os, signal; os.kill(os.getpid(), 15)']).stderr, needs);
});

test('a program that is ended by a signal gives 128 and its number', t => {
	const {status} = cli(['run', '--python', python, '-c', 'import os; os.kill(os.getpid(), 9)']);
	t.is(status, 137);
	t.is(cli(['run', '--python', python, '-c', 'import ctypes; ctypes.string_at(8)']).status, 139);
});

test('what was counted is written to a file, up to the moment of a crash', t => {
	const work = workshop(t);
	const file = join(work.folder, 'counted.json');
	const code = 'import ctypes\nfor i in range(5000): isinstance(i, str)\nctypes.string_at(8)';
	t.is(cli(['run', '--python', python, '--json', file, '-c', code]).status, 139);
	const {ending, functions} = readTold(file);
	t.deepEqual(ending, {kind: 'signalled', signal: 'SIGSEGV'});
	const calls = functions.find(({symbol}) => symbol === 'PyObject_IsInstance')?.calls ?? [];
	t.true(calls.reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? 0), 0) >= 5000);
	t.deepEqual(readdirSync(work.folder), ['counted.json']);
});

test('without entry counts, what passed the overrides by is unknown, not zero', t => {
	const work = workshop(t);
	const file = join(work.folder, 'counted.json');
	cli(['run', '--python', python, '--no-entry-counts', '--json', file, '-c', 'pass']);
	const bypassed = () => readTold(file).functions.flatMap(({calls}) => calls.map(({bypassed}) => bypassed));
	t.true(bypassed().some(calls => calls === null));
	cli(['run', '--python', python, '--json', file, '-c', 'pass']);
	t.true(bypassed().some(calls => calls !== null));
});

test('the report comes on standard error when it is asked for, and the program has standard output alone', t => {
	const {status, stdout, stderr} = cli(['run', '--python', python, '--report', '-c', 'print(1)']);
	t.is(status, 0);
	t.is(stdout, '1\n');
	t.regex(stderr, /^With all [\d,]+ exported functions overridden at once, /);
	t.regex(stderr, /\n *lost +calls +honored +function\n/);
});

test('a program that the program starts runs without us', t => {
	const code = `
import subprocess, sys
print(subprocess.call([sys.executable, "-c", "import os, sys; sys.exit(os.environ.get('LD_PRELOAD') is not None or 'sweep' in open('/proc/self/maps').read())"]))`;
	t.is(cli(['run', '--python', python, '-c', code]).stdout, '0\n');
});

test('what the user preloads is preloaded, in the program and in what it starts', t => {
	const work = workshop(t);
	const own = work.compile('own.so', 'int getpagesize(void) { return 77; }', ['-shared', '-fPIC']);
	const code =
		'import ctypes, os, subprocess, sys; print(ctypes.CDLL(None).getpagesize(), os.environ["LD_PRELOAD"]); sys.stdout.flush(); subprocess.call(["/bin/sh", "-c", "echo $LD_PRELOAD"])';
	t.is(cli(['run', '--python', python, '-c', code], {env: {LD_PRELOAD: own}}).stdout, `77 ${own}\n${own}\n`);
});

test('SIGTERM reaches the program, which may live on', async t => {
	const code =
		'import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *a: sys.exit(5))\nprint("ready"); sys.stdout.flush()\ntime.sleep(300)';
	const child = spawn(process.execPath, [cliPath, 'run', '--python', python, '-c', code], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(child.stdout, 'data');
	child.kill('SIGTERM');
	t.deepEqual(await once(child, 'exit'), [5, null]);
});

const interrupted = test.macro(async (t, code: string, status: number) => {
	const words = [cliPath, 'run', '--python', python, '-c', `import sys, time\n${code}`];
	const child = spawn(process.execPath, words, {stdio: ['ignore', 'pipe', 'ignore'], detached: true});
	await once(child.stdout, 'data');
	// As a terminal does: to all that run in it.
	process.kill(-(child.pid ?? 0), 'SIGINT');
	t.deepEqual(await once(child, 'exit'), [status, null]);
});

test('Ctrl-C ends a program as it ends it bare', interrupted, 'print("ready", flush=True); time.sleep(300)', 130);
test(
	'a program that takes Ctrl-C decides',
	interrupted,
	'try: print("ready", flush=True); time.sleep(300)\nexcept KeyboardInterrupt: sys.exit(4)',
	4,
);

test('a signal before the program has started ends the work and leaves no temporary folder behind', t => {
	const work = workshop(t);
	// It is asked for the Python that it starts.
	const wrapper = work.file('wrapper', '#!/bin/sh\nkill -TERM $PPID\nsleep 20\n', 0o755);
	const {status, stdout, stderr} = cli(['run', '--python', wrapper, '-c', 'print(1)'], {env: {TMPDIR: work.folder}});
	t.deepEqual([status, stdout, stderr], [143, '', 'pyinterpose: error: Ended by SIGTERM.\n']);
	t.deepEqual(readdirSync(work.folder), ['wrapper']);
});

test('standard output is not made non-blocking for the program', t => {
	const code =
		'import fcntl, os; os.write(1, str([bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK) for fd in (0, 1, 2)]).encode())';
	const command = `${[process.execPath, cliPath, 'run', '--python', python, '-c'].map(quoted).join(' ')} ${quoted(code)} 2>&1 </dev/null | cat`;
	t.is(execFileSync('/bin/sh', ['-c', command], {encoding: 'utf8'}), '[False, False, False]');
});

test('a virtual environment stays one', t => {
	const work = workshop(t);
	const made = work.link('venv/bin/python', python);
	work.file('venv/pyvenv.cfg', `home = ${join(python, '..')}\ninclude-system-site-packages = false\n`);
	const {stdout} = cli([
		'run',
		'--python',
		made,
		'-c',
		'import sys; print(sys.prefix != getattr(sys, "base_prefix", sys.prefix), sys.executable)',
	]);
	t.is(stdout, `True ${made}\n`);
});

test('without a program nothing is started', t => {
	const none = cli(['run', '--python', python]);
	t.is(none.status, 2);
	t.regex(none.stderr, /run needs a program/);
});

const library = systemLibpythons()[0];
const embedded = needing(file(library, 'a libpython'));
embedded('a libpython runs a program through the launcher', t => {
	const {status, stdout} = cli(['run', '--python', library ?? '', '-c', 'import sys; print(6 * 7); sys.exit(3)']);
	t.deepEqual([status, stdout], [3, '42\n']);
});

const terminal = needing(program('script'));
terminal('--live draws below what the program writes, and gives the lines back', t => {
	const code = 'import time\nfor i in range(4): print("line", i); time.sleep(.2)';
	const command = [process.execPath, cliPath, 'run', '--python', python, '--live', '-c', code].map(quoted).join(' ');
	const {stdout, status} = spawnSync('script', ['-qec', command, '/dev/null'], {
		encoding: 'utf8',
		env: {...process.env, TERM: 'xterm'},
	});
	t.is(status, 0, stdout);
	for (let i = 0; i < 4; i++) t.true(stdout.includes(`line ${i}\r\n`));
	t.true(stdout.includes('honored  function'));
	t.true(stdout.split('honored  function').length > 3, 'it is drawn once only');
	t.true(stdout.includes('\u001b[r'));
	t.true(stdout.lastIndexOf('\u001b[r') > stdout.lastIndexOf('honored  function'));
	const summary = stdout.slice(stdout.lastIndexOf('\u001b[r'));
	t.regex(summary, /\d calls?, \d+% ran an override, \d+ s: -c import time/);
	t.regex(summary, /Ran an override, by caller: interpreter /);
	t.true(summary.trimEnd().split('\n').length <= 5, summary);
});

test('--live without a terminal is refused before anything runs', t => {
	const {status, stdout, stderr} = cli(['run', '--python', python, '--live', '-c', 'print(1)']);
	t.deepEqual([status, stdout], [2, '']);
	t.regex(stderr, /--live needs a terminal/);
});

function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

test('the temporary folders are gone when the program is', t => {
	const work = workshop(t);
	cli(['run', '--python', python, '-c', 'pass'], {env: {TMPDIR: work.folder}});
	t.deepEqual(readdirSync(work.folder), []);
	t.false(existsSync(join(work.folder, 'sweep.ledger')));
});

const meddles = test.macro<[code: string, said: RegExp]>((t, code, said) => {
	const {folder: own} = workshop(t);
	const program = `
import os
page = dict(one.split(b'=', 1) for one in open('/proc/self/environ', 'rb').read().split(b'\\0') if b'=' in one)[b'PYINTERPOSE_LEDGER'].decode()
${code}`;
	const {status, stderr} = cli(['run', '--python', python, '--json', join(own, 'run.json'), '-c', program]);
	t.is(status, 2, stderr);
	t.regex(stderr, said);
	t.notRegex(stderr, /a fault of its own/);
	t.false(existsSync(join(own, 'run.json')));
});

test(
	'a program that removes the page that tells of it is told of in a sentence',
	meddles,
	'os.unlink(page + ".told")',
	/^pyinterpose: error: A page that the program was counted in is gone: /,
);
test(
	'so is one that cuts it',
	meddles,
	'os.truncate(page + ".told", 70)',
	/^pyinterpose: error: A page that the program was counted in is too short: /,
);
test(
	'so is one that writes over it',
	meddles,
	'open(page + ".told", "r+b").write(bytes(64))',
	/^pyinterpose: error: A page that the program was counted in was written over: /,
);
