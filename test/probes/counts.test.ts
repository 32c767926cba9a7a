/** This file takes every probe in every Python of the machine: exact where we make the calls, the same in every run. */

import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import test from 'ava';
import {claimsOf} from '../../src/catalog/claims.js';
import {readCatalog} from '../../src/gather/catalog.js';
import {compiler} from '../../src/gather/counted/compiled.js';
import {type Claim, interpreterFamilies} from '../../src/model/claim.js';
import {installedPythons} from '../../src/target/installed.js';
import {exportedBy} from '../support/exported.js';
import {machine, needing} from '../support/needs.js';
import {type ProbeRun, resultOf, runProbesOf} from '../support/probe-run.js';
import {python} from '../support/python.js';
import {interpreterOf} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const rounds = 24;
const pythons = [...new Set([python, ...installedPythons(process.env).elf])];

/** Those that probes take, of symbols that this interpreter has. */
function claimsFor(interpreter: string, linkage: 'static' | 'shared'): readonly Claim[] {
	const exported = exportedBy(interpreter);
	return claimsOf(readCatalog(), {kind: 'interpreter', linkage, libc: 'glibc'}).filter(
		({symbol, family, route}) =>
			!family.startsWith('effect') &&
			(family !== 'lifecycle' || route === 'extension' || route === 'dlsym') &&
			(exported.has(symbol) || !isInterpreter(family)),
	);
}

const isInterpreter = (family: string) => (interpreterFamilies as readonly string[]).includes(family);
const differences = (run: ProbeRun, claims: readonly Claim[]) =>
	claims.map(claim => `${claim.id} ${JSON.stringify(run.difference(claim))}`);

const isExact = test.macro({
	exec(t, path: string) {
		const interpreter = interpreterOf(path);
		const linkage = interpreter === path ? 'static' : 'shared';
		const claims = claimsFor(interpreter, linkage);
		const request = {python: path, claims, rounds};
		const compiled = join(workshop(t).folder, 'probes.compiled');
		execFileSync(path, ['-S', '-B', '-s', compiler, compiled]);
		const [shimmed, again, bare] = [
			runProbesOf({...request, interpreter}),
			runProbesOf({...request, interpreter, compiled}),
			runProbesOf({...request, interpreter: null}),
		];
		t.is(shimmed.status, 0, shimmed.stderr);
		t.deepEqual(differences(again, claims), differences(shimmed, claims));
		for (const claim of claims) {
			const result = resultOf(shimmed, claim);
			t.is(result.error, undefined, claim.id);
			t.deepEqual(resultOf(bare, claim).output, result.output, `${claim.id} with and without the shims`);
			if (claim.route === 'interpreter' || claim.route === 'table') continue;
			t.deepEqual(result.made, [rounds, 2 * rounds, 3 * rounds], claim.id);
			// An executable that holds the interpreter and a deep binding pass every override by.
			const passed = claim.route === 'deepbind' || (linkage === 'static' && isInterpreter(claim.family));
			t.is(shimmed.difference(claim).extension, passed ? 0 : rounds, claim.id);
		}
	},
	title: (_, path) =>
		`calls of our own objects are counted exactly, and every probe's counts repeat, compiled beforehand or not, in ${path}`,
});

for (const path of pythons) test.serial(isExact, path);

const throughout = pythons.find(path => interpreterOf(path) !== path);
const shared = needing(machine(throughout !== undefined, 'a Python with a shared interpreter')).serial;

shared('a probe makes the interpreter call as often as it says: once a round', t => {
	const path = throughout ?? '';
	const claims = claimsFor(interpreterOf(path), 'shared').filter(
		({symbol, route}) => route === 'interpreter' && /^Py(Err_SetString|Err_Format|Object_GetAttr)$/.test(symbol),
	);
	const run = runProbesOf({python: path, claims, rounds, interpreter: interpreterOf(path)});
	t.deepEqual(
		claims.map(claim => `${claim.symbol} ${run.difference(claim).interpreter}`),
		['PyErr_Format', 'PyErr_SetString', 'PyObject_GetAttr'].map(symbol => `${symbol} ${rounds}`),
	);
});
