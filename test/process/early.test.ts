/** This file tests work that is begun before it is known to be wanted: done once, and ended where it was begun in vain. */

import test from 'ava';
import {beginningEarly} from '../../src/process/early.js';

/** Work that ends at once, or at the abort of its signal; what was begun and how it ended are told. */
function worker() {
	const told: string[] = [];
	const work = async (of: {name: string; waits?: boolean}, signal: AbortSignal) => {
		told.push(`begins ${of.name}`);
		if (of.waits === true) await new Promise(resolve => signal.addEventListener('abort', resolve));
		if (of.name === 'bad') throw new Error('It is bad.');
		told.push(`ends ${of.name}`);
		return of.name.toUpperCase();
	};
	return {told, work};
}

test('what was begun early is done once, and its result is that of who asks', async t => {
	const {told, work} = worker();
	const early = beginningEarly(work, new AbortController().signal);
	const one = {name: 'one'};
	early.begin(one);
	t.is(await early.result(one), 'ONE');
	await early.end();
	t.deepEqual(told, ['begins one', 'ends one']);
});

test('another object that looks the same is worked on by itself, and what was begun is ended', async t => {
	const {told, work} = worker();
	const early = beginningEarly(work, new AbortController().signal);
	early.begin({name: 'one', waits: true});
	t.is(await early.result({name: 'one'}), 'ONE');
	t.deepEqual(told, ['begins one', 'begins one', 'ends one']);
	await early.end();
	t.deepEqual(told, ['begins one', 'begins one', 'ends one', 'ends one']);
});

test('an error of what was begun early is told to who asks for it, and to nobody else', async t => {
	const {work} = worker();
	const early = beginningEarly(work, new AbortController().signal);
	const bad = {name: 'bad'};
	early.begin(bad);
	await new Promise(setImmediate);
	await t.throwsAsync(early.result(bad), {message: 'It is bad.'});
	early.begin({name: 'bad'});
	await t.notThrowsAsync(early.end());
});

test('an abort ends what was begun early as well', async t => {
	const {told, work} = worker();
	const abort = new AbortController();
	const early = beginningEarly(work, abort.signal);
	const one = {name: 'one', waits: true};
	early.begin(one);
	abort.abort();
	await early.result(one);
	t.deepEqual(told, ['begins one', 'ends one']);
});
