/** This file compares counted entries with what callgrind sees of the same process: every function, equal to the call. */

import {existsSync, readFileSync, realpathSync} from 'node:fs';
import {basename, join} from 'node:path';
import test from 'ava';
import {exportedFunctions} from '../../src/binding/exports.js';
import {readElf} from '../../src/elf/elf.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {overrides, slotCount} from '../../src/ledger/slots.js';
import {interpreterFamilies} from '../../src/model/claim.js';
import {callgrind, callgrindEnvironment, callsInto, valgrind} from '../support/callgrind.js';
import {callsBeside} from '../support/callgrind-stubs.js';
import {entered} from '../support/entered.js';
import {readelfDefines, systemLibpythons, systemPython} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const program = 'import json, re; json.loads(json.dumps(list(range(500)))); re.sub("a+", "b", "aab" * 50)';
/** Calls from an extension: through ctypes' own library callgrind loses sight of them. */
const withCalls = `${program}
import ctypes
library = ctypes.PyDLL(${JSON.stringify(join(nativeFolder, 'caller.so'))})
library.pyinterpose_call(b'PyErr_Occurred', 0, ctypes.c_uint64(123), (ctypes.c_uint64 * 8)())`;

import {file, needing, x86} from '../support/needs.js';

interface Row {
	readonly interpreter: string;
	/** Started by our launcher. */
	readonly library: boolean;
}

const symbolsOf = (interpreter: string) => exportedFunctions(readElf(readFileSync(interpreter))).map(({name}) => name);

const programs = [systemPython(), '/usr/bin/python3'].flatMap(path =>
	path !== null && existsSync(path) ? [realpathSync(path)] : [],
);
const ownInterpreter = programs.find(path => readelfDefines(path, 'PyErr_Occurred')) ?? null;

const agree = test.macro(async (t, {interpreter, library}: Row) => {
	const w = workshop(t);
	const out = join(w.folder, 'callgrind.out');
	w.link('libraries/pyinterpose-target.so', interpreter);
	const seen = await entered({
		command: [library ? join(nativeFolder, 'launcher') : interpreter, '-S', '-c', program],
		interpreter,
		symbols: symbolsOf(interpreter),
		folder: w.folder,
		under: callgrind(out),
		env: {...callgrindEnvironment, LD_LIBRARY_PATH: join(w.folder, 'libraries'), PYTHONHASHSEED: '0'},
	});
	t.is(seen.status, 0, seen.stderr);
	t.is(seen.counters.reason, null);
	const {entered: calls} = callsBeside(basename(interpreter), out);
	// The kernel or the loader jumps to an executable's entry point, which callgrind takes for no call.
	const symbols = seen.patched.filter(symbol => symbol !== '_start');
	t.deepEqual(
		symbols.map(symbol => `${symbol} ${seen.entries(symbol)}`),
		symbols.map(symbol => `${symbol} ${calls.get(symbol) ?? 0}`),
	);
	t.true(symbols.filter(symbol => seen.entries(symbol) > 0).length > 300);
});

const oracle = [x86, valgrind] as const;
const libpython = systemLibpythons()[0];

needing(...oracle, file(ownInterpreter, 'a Python that is its own interpreter'))(
	'entries of a Python that is its own interpreter',
	agree,
	{interpreter: ownInterpreter ?? '', library: false},
);
needing(...oracle, file(libpython, 'a libpython'))(
	"entries of a libpython of the system's, which binds its own calls",
	agree,
	{
		interpreter: libpython ?? '',
		library: true,
	},
);

needing(...oracle, file(libpython, 'a libpython'))(
	'calls that an override got and entries without it add up to what callgrind sees',
	async t => {
		const interpreter = libpython ?? '';
		const w = workshop(t);
		const out = join(w.folder, 'callgrind.out');
		w.link('libraries/pyinterpose-target.so', interpreter);
		const exported = new Set(symbolsOf(interpreter));
		const wanted = overrides().filter(({symbol}) => exported.has(symbol));
		const seen = await entered({
			command: [join(nativeFolder, 'launcher'), '-S', '-c', withCalls],
			interpreter,
			symbols: wanted,
			slots: slotCount(),
			folder: w.folder,
			preload: interpreterFamilies.map(family => join(nativeFolder, `${family}.so`)),
			under: callgrind(out),
			env: {...callgrindEnvironment, LD_LIBRARY_PATH: join(w.folder, 'libraries'), PYTHONHASHSEED: '0'},
		});
		t.is(seen.status, 0, seen.stderr);
		const beside = callsBeside(basename(interpreter), out);
		const rows = wanted.map(({symbol, family}) => {
			const honored = callsInto(`${family}.so`, out).get(symbol) ?? 0;
			const forwarded = beside.forwarded.get(symbol) ?? 0;
			return {symbol, honored, forwarded, bypassed: beside.entered.get(symbol) ?? 0};
		});
		t.deepEqual(
			wanted.map(
				({symbol}) => `${symbol} ${seen.honored(symbol)} honored and forwarded, ${seen.entries(symbol)} bypassed`,
			),
			rows.map(({symbol, honored, bypassed}) => `${symbol} ${honored} honored and forwarded, ${bypassed} bypassed`),
		);
		t.deepEqual(
			rows.map(({symbol, forwarded}) => `${symbol} ${forwarded}`),
			rows.map(({symbol, honored}) => `${symbol} ${honored}`),
			'each call of an override goes on to the real function, behind its counter',
		);
		t.true(seen.honored('PyErr_Occurred') >= 123 && seen.entries('PyErr_Occurred') > 1000);
	},
);
