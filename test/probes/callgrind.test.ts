/** This file compares what the probes' rounds make, as the shims count it, with what callgrind sees without any shim. */

import {basename, join} from 'node:path';
import test from 'ava';
import {claimsOf} from '../../src/catalog/claims.js';
import {readCatalog} from '../../src/gather/catalog.js';
import {fixOwnAddresses} from '../../src/ledger/native.js';
import {installedPythons} from '../../src/target/installed.js';
import {callgrind, callgrindEnvironment, callsInto, valgrind} from '../support/callgrind.js';
import {exportedBy} from '../support/exported.js';
import {machine, needing} from '../support/needs.js';
import {runProbesOf} from '../support/probe-run.js';
import {python} from '../support/python.js';
import {interpreterOf} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

fixOwnAddresses();

/**
 * Two runs that differ in nothing but their rounds. What lies around the rounds is the same in both, so that callgrind,
 * which knows no phases, sees the difference of the rounds alone. For that the two numbers are of one kind: neither is a phase's
 * (1, 4, 7, ...), since the plan is compiled and equal numbers are one constant; an eighth of both is the same; and both are 20 or
 * more, from where on a tuple is freed and not kept (PyTuple_MAXSAVESIZE).
 */
const rounds = [24, 30] as const;

/** Probes that do nothing beside their rounds: none fills memory, imports a module or hooks an allocator. */
const quiet = [
	'PyErr_SetString/interpreter',
	'PyErr_Format/interpreter',
	'PyErr_Restore/interpreter',
	'PyObject_GetAttr/interpreter',
	'PyObject_SetAttr/interpreter',
	'PyObject_GenericGetAttr/interpreter',
	'PyObject_GenericGetAttr/table',
	'PyDict_SetItem/interpreter',
	'PyList_New/interpreter',
	'PyTuple_Pack/interpreter',
	'PyNumber_Add/interpreter',
	'PyNumber_Long/interpreter',
	'PyObject_Call/interpreter',
	'PyMem_Malloc/interpreter',
	'PyMem_Realloc/interpreter',
	'PyObject_Free/table',
	'_PyObject_GC_New/interpreter',
	'PyObject_GC_Del/interpreter',
	'PyObject_GC_Del/table',
	'PyEval_SaveThread/interpreter',
];

const agrees = test.macro({
	exec(t, path: string) {
		const interpreter = interpreterOf(path);
		const exported = exportedBy(interpreter);
		const claims = claimsOf(readCatalog(), {kind: 'interpreter', linkage: 'shared', libc: 'glibc'}).filter(
			({id, symbol}) => quiet.includes(id) && exported.has(symbol),
		);
		const {folder} = workshop(t);
		const [once, twice] = rounds.map(n => {
			const out = join(folder, `${n}.out`);
			const under = {under: callgrind(out), env: callgrindEnvironment};
			const seen = runProbesOf({python: path, claims, rounds: n, interpreter: null, ...under});
			t.is(seen.status, 0, seen.stderr);
			const counted = runProbesOf({python: path, claims, rounds: n, interpreter});
			t.is(counted.status, 0, counted.stderr);
			return {counted, seen: callsInto(basename(interpreter), out)};
		});
		const symbols = [...new Set(claims.map(({symbol}) => symbol))].sort();
		const counted = symbols.map(
			symbol => (twice?.counted.inLastPhases(symbol) ?? 0) - (once?.counted.inLastPhases(symbol) ?? 0),
		);
		const seen = symbols.map(symbol => (twice?.seen.get(symbol) ?? 0) - (once?.seen.get(symbol) ?? 0));
		t.deepEqual(
			symbols.map((symbol, i) => `${symbol} ${counted[i]}`),
			symbols.map((symbol, i) => `${symbol} ${seen[i]}`),
		);
		t.true(counted.filter(calls => calls > 0).length >= 12);
	},
	title: (_, path) => `callgrind sees as many calls for the same rounds as the shims count, by symbol, in ${path}`,
});

/** An override sees what the interpreter itself calls only where that is a library. */
const shared = [python, ...installedPythons(process.env).elf].find(path => interpreterOf(path) !== path);

needing(valgrind, machine(shared !== undefined, 'a Python with a shared interpreter'))(agrees, shared ?? '');
