/** This file shows that the ledger outlives the process: whatever ends it, every call made before is there. */

import {join} from 'node:path';
import test from 'ava';
import {nativeFolder} from '../../src/ledger/native.js';
import {countedProgram} from '../support/counted-program.js';
import {python} from '../support/python.js';

const canary = 'pyinterpose_canary_error';

/** Calls the canary `n` times, in C. */
const prelude = `
import ctypes, os, signal, subprocess, sys, threading
library = ctypes.CDLL(${JSON.stringify(join(nativeFolder, 'caller.so'))})
none = (ctypes.c_uint64 * 8)()
def calls(n):
    assert library.pyinterpose_call(b'${canary}', 0, ctypes.c_uint64(n), none) == n
`;

interface Row {
	readonly program: string;
	readonly calls: number;
	readonly ends: {readonly status: number} | {readonly signal: NodeJS.Signals};
}

const keeps = test.macro((t, {program, calls, ends}: Row) => {
	const seen = countedProgram({
		command: [python, '-S', '-c', prelude + program],
		families: ['error'],
		interpreter: python,
	});
	t.like(seen, {status: null, signal: null, ...ends}, seen.stderr);
	t.deepEqual(seen.ready, ['error']);
	t.is(seen.count(canary), calls);
	t.is(seen.count(canary, 'extension'), calls);
});

test('a program that makes no call counts none', keeps, {program: '', calls: 0, ends: {status: 0}});
test('a normal end loses no count', keeps, {program: 'calls(1000)', calls: 1000, ends: {status: 0}});
test('os._exit loses no count', keeps, {program: 'calls(7); os._exit(3)', calls: 7, ends: {status: 3}});
test('SIGKILL loses no count', keeps, {
	program: 'calls(7); os.kill(os.getpid(), signal.SIGKILL)',
	calls: 7,
	ends: {signal: 'SIGKILL'},
});
test('a segmentation fault loses no count', keeps, {
	program: 'calls(7); ctypes.string_at(8)',
	calls: 7,
	ends: {signal: 'SIGSEGV'},
});
test('an abort loses no count', keeps, {program: 'calls(7); os.abort()', calls: 7, ends: {signal: 'SIGABRT'}});
test('eight threads of 1,000,000 calls each lose none', keeps, {
	program: `
threads = [threading.Thread(target=calls, args=(1000000,)) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()`,
	calls: 8_000_000,
	ends: {status: 0},
});
test('a forked child is not counted, and its parent is', keeps, {
	program: `
calls(5)
child = os.fork()
if child == 0:
    calls(1000)
    os._exit(0)
os.waitpid(child, 0)
calls(6)`,
	calls: 11,
	ends: {status: 0},
});
test('a program that the target starts is neither counted nor preloaded', keeps, {
	program: `
calls(5)
maps = subprocess.check_output([sys.executable, '-S', '-c', 'print(open("/proc/self/maps").read())'])
assert b'error.so' not in maps
assert 'LD_PRELOAD' not in os.environ
assert 'error.so' in open('/proc/self/maps').read()`,
	calls: 5,
	ends: {status: 0},
});
test('a program that the target becomes by exec is not counted', keeps, {
	program: `
calls(5)
os.execv(sys.executable, [sys.executable, '-S', '-c', 'pass'])`,
	calls: 5,
	ends: {status: 0},
});
