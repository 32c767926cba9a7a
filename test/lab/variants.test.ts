/** This file holds the table of variants to itself: names, flags, what relinks are made from. */

import test from 'ava';
import {flags} from '../../src/lab/flags.js';
import {basicVariants, variants} from '../../src/lab/variants.js';

test('no two variants have the same name, and none the same flags made in the same way', t => {
	t.is(new Set(variants.map(({name}) => name)).size, variants.length);
	const made = variants.map(({flags, how}) => JSON.stringify([[...flags].sort(), how]));
	t.is(new Set(made).size, variants.length);
});

test('a relink is made from a variant that is built', t => {
	for (const {name, how} of variants) {
		if (how.kind === 'build') continue;
		t.is(variants.find(other => other.name === how.of)?.how.kind, 'build', name);
	}
});

test('every flag is used by a variant', t => {
	const used = new Set<string>(variants.flatMap(variant => variant.flags));
	t.deepEqual(
		Object.keys(flags).filter(flag => !used.has(flag)),
		[],
	);
});

test('what is built by default is in the table', t => {
	for (const name of basicVariants) t.truthy(variants.find(variant => variant.name === name));
});

test('a variant without --enable-shared expects its interpreter in the executable, any other in the library', t => {
	for (const {name, flags, how, expect} of variants) {
		const shared = (flags as readonly string[]).includes('shared') && !(how.kind === 'relink' && how.as !== 'library');
		t.is(expect.interpreter, shared ? 'library' : 'executable', name);
	}
});
