/** This file runs every workload once on the Python given: it must end, and compute what other Pythons compute. */

import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {runOnce, workloadNames} from '../../src/bench/run.js';
import {python} from '../support/python.js';

/** From CPython 2.7, 3.6 to 3.13 alike. */
const results: Readonly<Record<string, string>> = {
	attributes: '126250',
	calls: '11689',
	comprehensions: '553427',
	deltablue: '(9, 32325)',
	dictionaries: '780',
	fannkuch: '10',
	floats: "'0.893875783 1.000000000 0.447178560'",
	formatting: '3162',
	generators: '1778556',
	integers: '20289',
	json_text: '(2113, 3098)',
	nbody: "'0.000297292'",
	pickle_python: '(True, True)',
	raising: '3800',
	regex: '2278',
	richards: '[84, 76, 10, 161, 69]',
	sorting: '1053185029',
	spectral_norm: "'1.273525215'",
	startup: '0',
};

test('there are fifteen workloads or more, and a known result for each', t => {
	t.true(workloadNames().length >= 15);
	t.deepEqual([...workloadNames()], Object.keys(results).sort());
});

test('every workload says in its first line what it does', t => {
	const folder = fileURLToPath(new URL('../../../probes/bench', import.meta.url));
	for (const name of readdirSync(folder).filter(name => name.endsWith('.py'))) {
		t.regex(readFileSync(join(folder, name), 'utf8'), /^"""This file .*[.]/, name);
	}
});

for (const workload of workloadNames()) {
	test(`${workload} computes what it computes everywhere, and takes time`, async t => {
		const ran = await runOnce({
			file: python ?? '',
			env: {PATH: process.env.PATH ?? ''},
			pinned: null,
			plan: {workload, loops: 2, samples: 2, handicap: 0},
			round: 0,
			signal: new AbortController().signal,
		});
		if (ran.kind === 'failed') return t.fail(ran.because);
		t.is(ran.result, results[workload] ?? 'not known');
		t.is(ran.seconds.length, 2);
		t.true(ran.seconds.every(seconds => seconds > 0));
	});
}

test('a Python that cannot run a workload gives the reason, not a time', async t => {
	const ran = await runOnce({
		file: '/bin/false',
		env: {PATH: process.env.PATH ?? ''},
		pinned: null,
		plan: {workload: 'calls', loops: 1, samples: 1, handicap: 0},
		round: 0,
		signal: new AbortController().signal,
	});
	t.deepEqual(ran, {kind: 'failed', because: '/bin/false exited with status 1'});
});
