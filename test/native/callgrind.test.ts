/** This file compares what the shims count with what callgrind sees of the same process: equal to the call. */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {nativeFolder} from '../../src/ledger/native.js';
import {overrides} from '../../src/ledger/slots.js';
import {interpreterFamilies, libcFamilies} from '../../src/model/claim.js';
import {callgrind, callgrindEnvironment, callsInto, valgrind} from '../support/callgrind.js';
import {countedProgram} from '../support/counted-program.js';
import {python} from '../support/python.js';

/** Start-up, a workload of the standard library's, and calls from an extension: interpreter, library and extension callers. */
const program = `
import ctypes, json, os, time
library = ctypes.PyDLL(${JSON.stringify(join(nativeFolder, 'caller.so'))})
none = (ctypes.c_uint64 * 8)()
for symbol in (b'PyErr_Occurred', b'PyErr_Clear', b'PyGILState_Ensure', b'PyEval_SaveThread', b'time'):
    if symbol in (b'PyErr_Occurred', b'PyErr_Clear', b'time'):
        library.pyinterpose_call(symbol, 0, ctypes.c_uint64(123), none)
        library.pyinterpose_call(symbol, 1, ctypes.c_uint64(45), none)
json.loads(json.dumps([list(range(50)), {'a': [1.5, None, True]}]))
os.urandom(4); time.sleep(0); open(os.devnull).close(); os.write(os.open(os.devnull, 1), b'x')
`;

import {needing} from '../support/needs.js';

needing(valgrind)('every override is counted as often as callgrind sees it called, in one process', t => {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	const out = join(folder, 'callgrind.out');
	const families = [...interpreterFamilies, ...libcFamilies];
	const seen = countedProgram({
		under: callgrind(out),
		command: [python, '-S', '-c', program],
		families,
		interpreter: python,
		env: callgrindEnvironment,
	});
	t.is(seen.status, 0, seen.stderr);
	t.deepEqual([...seen.ready].sort(), [...families].sort());
	const called = families.flatMap(family => {
		// The shims' own constructors open and map the ledger.
		const calls = callsInto(
			`${family}.so`,
			out,
			families.map(name => `${name}.so`),
		);
		return overrides()
			.filter(slot => slot.family === family)
			.map(({symbol}) => ({symbol, callgrind: calls.get(symbol) ?? 0, counted: seen.count(symbol)}));
	});
	t.deepEqual(
		called.map(({symbol, counted}) => `${symbol} ${counted}`),
		called.map(({symbol, callgrind}) => `${symbol} ${callgrind}`),
	);
	t.true(called.filter(({counted}) => counted > 0).length >= 10, 'too few symbols are called to compare');
	rmSync(folder, {recursive: true});
});
