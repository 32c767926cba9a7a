/** This file holds the shims to the list of symbols: each exports its family's rows and nothing else, by nm. */

import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import test from 'ava';
import {nativeFolder} from '../../src/ledger/native.js';
import {canaries, overrides} from '../../src/ledger/slots.js';
import {effectFamilies, interpreterFamilies, libcFamilies} from '../../src/model/claim.js';

const exportsOf = test.macro({
	exec(t, file: string, expected: readonly string[]) {
		t.deepEqual([...exported(file)].sort(), [...expected].sort());
	},
	title: (_, file) => `the exports of ${file}.so are exactly its rows in hooks.def`,
});

function exported(file: string): readonly string[] {
	const lines = execFileSync('nm', ['-D', '--defined-only', join(nativeFolder, `${file}.so`)], {encoding: 'utf8'});
	return lines
		.trim()
		.split('\n')
		.map(line => line.split(' ').at(-1) ?? '');
}

function rowsOf(family: string): string[] {
	return [...overrides(), ...canaries()].filter(slot => slot.family === family).map(({symbol}) => symbol);
}

for (const family of [...interpreterFamilies, ...libcFamilies]) test(exportsOf, family, rowsOf(family));

test(exportsOf, effectFamilies[0], [...rowsOf('effect-time'), 'time', 'clock_gettime', 'gettimeofday']);
test(exportsOf, effectFamilies[1], [...rowsOf('effect-getrandom'), 'getrandom']);
test('the exports of caller.so are ours by name, so that it overrides nothing', t => {
	for (const name of exported('caller')) t.regex(name, /^(PyInit_|init)?pyinterpose_/);
	t.true(exported('caller').includes('pyinterpose_call'));
});

test('every family of the model has rows, and every row a family of the model', t => {
	const families = new Set([...overrides(), ...canaries()].map(({family}) => family));
	for (const family of [...interpreterFamilies, ...libcFamilies, ...effectFamilies])
		t.true(families.has(family), family);
});
