/** This file shows that a flag, or a pair of them, is found that flips a claim, and with how few builds. */

import test from 'ava';
import {bisect} from '../../src/lab/bisect.js';
import type {FlagName} from '../../src/lab/flags.js';
import {renderBisection} from '../../src/render/lab/bisection.js';

const good = {name: 'shared', flags: ['shared']} as const;
const bad = {name: 'shared-nsi-lto', flags: ['shared', 'nsi', 'lto']} as const;

function lostWith(...needed: readonly FlagName[]) {
	return async (flags: readonly FlagName[]) => (needed.every(flag => flags.includes(flag)) ? 'bypassed' : 'honored');
}

test('a single flag is found', async t => {
	const found = await bisect({claim: 'a/interpreter', good, bad, verdictOf: lostWith('nsi')});
	t.deepEqual(found.culprits, [[{flag: 'nsi', kind: 'with'}]]);
	t.is(renderBisection(found).split('\n')[0], 'Adding nsi flips a/interpreter.');
});

test('a pair is found where neither flag does it alone', async t => {
	const found = await bisect({claim: 'a/interpreter', good, bad, verdictOf: lostWith('nsi', 'lto')});
	t.deepEqual(found.culprits, [
		[
			{flag: 'nsi', kind: 'with'},
			{flag: 'lto', kind: 'with'},
		],
	]);
	t.deepEqual(
		found.steps.map(({verdict}) => verdict),
		['honored', 'honored', 'bypassed'],
	);
	t.is(renderBisection(found).split('\n')[0], 'Adding nsi and adding lto flips a/interpreter; neither does alone.');
});

test('a flag that is gone is found', async t => {
	const found = await bisect({
		claim: 'a/interpreter',
		good,
		bad: {name: 'static', flags: []},
		verdictOf: async flags => (flags.includes('shared') ? 'honored' : 'bypassed'),
	});
	t.deepEqual(found.culprits, [[{flag: 'shared', kind: 'without'}]]);
	t.is(renderBisection(found).split('\n')[0], 'Leaving out shared flips a/interpreter.');
});

test('three flags that are needed together are not found, and that is said', async t => {
	const three = {name: 'three', flags: ['shared', 'nsi', 'lto', 'ofast']} as const;
	const found = await bisect({claim: 'a/interpreter', good, bad: three, verdictOf: lostWith('nsi', 'lto', 'ofast')});
	t.deepEqual(found.culprits, []);
	t.regex(renderBisection(found), /^No single flag and no pair/);
});

test('no set of flags is asked for twice', async t => {
	const asked: string[] = [];
	const verdictOf = lostWith('nsi', 'lto');
	await bisect({
		claim: 'a/interpreter',
		good,
		bad,
		verdictOf: flags => {
			asked.push([...flags].sort().join());
			return verdictOf(flags);
		},
	});
	t.is(new Set(asked).size, asked.length);
});

test('two builds with the same verdict leave nothing to find', async t => {
	await t.throwsAsync(bisect({claim: 'a/interpreter', good, bad, verdictOf: async () => 'honored'}), {
		message: 'a/interpreter is honored on shared and on shared-nsi-lto alike: there is nothing to find.',
	});
});
