/** This file shows that a build which did not come out as named is told from one that did. */

import test from 'ava';
import type {VariantExpectation} from '../../src/lab/variant.js';
import {differences, type Shown} from '../../src/lab/verify.js';

const expect: VariantExpectation = {
	interpreter: 'library',
	mode: 'no-semantic-interposition-lto',
	says: ['GNU GIMPLE'],
};
const shown: Shown = {
	interpreter: 'library',
	mode: 'no-semantic-interposition-lto',
	version: '3.11.2',
	bytes: Buffer.from('\0GNU GIMPLE 12\0'),
};

test('a build as named shows no difference', t => t.deepEqual(differences(expect, shown), []));

const rows: readonly (readonly [string, Partial<Shown>, string])[] = [
	[
		'another binding mode',
		{mode: 'preemptible'},
		'its ELF shows preemptible binding, not no-semantic-interposition-lto',
	],
	[
		'the interpreter in another object',
		{interpreter: 'executable'},
		'the executable holds the interpreter, not the library',
	],
	['a compiler that says nothing of LTO', {bytes: Buffer.from('GNU C17')}, "its ELF nowhere says 'GNU GIMPLE'"],
];

for (const [title, other, difference] of rows) {
	test(`${title} is a difference`, t => t.deepEqual(differences(expect, {...shown, ...other}), [difference]));
}

test('an older release may make something else of the same flags', t => {
	const changed: VariantExpectation = {
		interpreter: 'library',
		mode: 'no-semantic-interposition',
		before: {release: '3.10', mode: 'preemptible'},
	};
	t.deepEqual(differences(changed, {...shown, version: '3.9.18', mode: 'preemptible'}), []);
	t.is(differences(changed, {...shown, version: '3.10.0', mode: 'preemptible'}).length, 1);
	t.deepEqual(differences(changed, {...shown, version: '3.10.0', mode: 'no-semantic-interposition'}), []);
});
