/** This file holds the judge to what an interpreter imports: it has no way to a libc function but through PLT or GOT. */

import test from 'ava';
import {judge} from '../../src/judge/judge.js';
import type {StaticWitness} from '../../src/model/binding.js';
import type {Verdict} from '../../src/model/verdict.js';

const says = test.macro((t, calls: number, ownsIt: boolean, expected: Verdict['kind']) => {
	const references = {symbol: 'malloc', calls: {preemptible: 0, bound: 4}, addresses: {preemptible: 0, bound: 0}};
	const witness = {
		bySymbol: new Map(ownsIt ? [['malloc', references]] : []),
		causeOf: () => 'executable-defines-it',
	} as unknown as StaticWitness;
	const verdict = judge({
		claim: {id: 'malloc/interpreter', symbol: 'malloc', route: 'interpreter', family: 'libc-memory'},
		defined: true,
		linkage: 'static',
		counted: {
			kind: 'counted',
			honored: {interpreter: calls, executable: 0, extension: 0, library: 0},
			bypassed: null,
			made: null,
		},
		witness,
	});
	t.is(verdict.kind, expected);
});

test('a libc function that the interpreter imports and calls is honored', says, 7, false, 'honored');
test('a libc function that the interpreter imports and does not call is uncalled', says, 0, false, 'uncalled');
test('a libc function that the interpreter brings itself is judged by its references', says, 0, true, 'bypassed');
