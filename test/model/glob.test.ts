/** This file holds the patterns to a regular expression that says the same, and to hostile input. */

import test from 'ava';
import {matchesGlob} from '../../src/model/glob.js';

const matches = test.macro({
	exec: (t, pattern: string, text: string, expected: boolean) => t.is(matchesGlob(pattern, text), expected),
	title: (_ = '', pattern: string, text: string, expected: boolean) =>
		`'${pattern}' ${expected ? 'matches' : 'does not match'} '${text}'`,
});

test(matches, 'PyErr_*', 'PyErr_Occurred', true);
test(matches, 'PyErr_*', '_PyErr_Occurred', false);
test(matches, '*', '', true);
test(matches, '?', '', false);
test(matches, '*_Clear', 'PyErr_Clear_Clear', true);
test(matches, '*_Clear', 'PyErr_Clear_', false);
test(matches, 'a.b', 'axb', false);
test(matches, '[ab]', 'a', false);
test(matches, '*', 'PyErr_Clear/dlsym', false);
test(matches, '*/*', 'PyErr_Clear/dlsym', true);
test(matches, 'PyErr_Clear?dlsym', 'PyErr_Clear/dlsym', false);
test(matches, '*/d*', 'PyErr_Clear/dlsym', true);
test(matches, '?', '𝒫', true);
test(matches, '*\n', 'a\nb\n', true);

test('every pattern and text of up to five characters match as the regular expression of the pattern says', t => {
	const texts = words('ab/', 5);
	for (const pattern of words('ab/*?', 5)) {
		const expression = new RegExp(`^${pattern.replaceAll('?', '[^/]').replaceAll('*', '[^/]*')}$`);
		const wrong = texts.find(text => matchesGlob(pattern, text) !== expression.test(text));
		if (wrong !== undefined) t.fail(`'${pattern}' and '${wrong}'`);
	}
	t.pass();
});

test('a pattern of many stars that matches nothing is answered', t => {
	const text = 'a'.repeat(5_000);
	t.false(matchesGlob(`${'*'.repeat(23)}z`, text));
	t.false(matchesGlob(`${'*a'.repeat(1_000)}z`, text));
	t.false(matchesGlob(`${'*a?'.repeat(1_000)}*z`, text));
	t.true(matchesGlob(`${'*a'.repeat(1_000)}*`, text));
});

function words(alphabet: string, most: number): readonly string[] {
	const longest = most === 0 ? [] : words(alphabet, most - 1);
	return ['', ...longest.flatMap(word => [...alphabet].map(letter => letter + word))];
}
