/** This file keeps the list of mutants fit to be run: each names one place that is there, and tests that are there. */

import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {mutants} from '../../scripts/mutate/mutants.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('every mutant changes exactly one place of its file', t => {
	t.true(mutants.length >= 60);
	for (const {wrong, file, find, replace} of mutants) {
		t.is(readFileSync(root + file, 'utf8').split(find).length, 2, `${file}: ${wrong}`);
		t.not(find, replace, wrong);
	}
});

test('every mutant names tests that there are', t => {
	for (const {wrong, tests} of mutants) {
		t.true(tests.length > 0, wrong);
		for (const name of tests) t.true(existsSync(root + name), name);
	}
});

test('no two mutants say the same', t => {
	t.is(new Set(mutants.map(({wrong}) => wrong)).size, mutants.length);
});
