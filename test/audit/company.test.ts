/** This file shows what becomes of two preload libraries in each other's company, in either order. */

import test from 'ava';
import type {AuditVerdict} from '../../src/model/audit.js';
import {audited, functionOf, preloadLibrary, scene, told} from '../support/audited-program.js';

const company = test.macro(
	async (t, front: readonly string[], behind: readonly string[], passedOn: number, verdict: AuditVerdict['kind']) => {
		const made = scene(t);
		const [one, other] = [preloadLibrary(made, 'one.so', front), preloadLibrary(made, 'other.so', behind)];
		const build = await audited(made, [one, other]);
		t.is(build.inconclusive, null);
		t.deepEqual(told(functionOf(build, 'api_leaf', 0)), ['interpreter 1030/0 honored', 'executable 107/0 honored']);
		const {calls, chain} = functionOf(build, 'api_leaf', 1);
		t.deepEqual(calls, []);
		t.like(chain, {behind: 0, made: 1137, passedOn});
		t.is(chain?.verdict.kind, verdict);
	},
);

test('a library that forwards by a call passes every call on to the next', company, [], [], 1137, 'honored');
test(
	'a library that forwards by a jump passes every call on to the next',
	company,
	['-DJUMP'],
	['-DJUMP'],
	1137,
	'honored',
);
test('a jump into a library that calls is one call of each', company, ['-DJUMP'], [], 1137, 'honored');
test('a library that never forwards leaves the next without a call', company, ['-DNEVER'], [], 0, 'bypassed');
test('the same library behind the other one takes no call from it', company, [], ['-DNEVER'], 1137, 'honored');

test('a library that forwards some calls only breaks the chain for the others', async t => {
	const made = scene(t);
	const some = `
#define _GNU_SOURCE
#include <dlfcn.h>
int api_leaf(int x) {
	static int (*next)(int);
	static int times;
	if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "api_leaf");
	if (times++ % 3 != 0) return x + 1;
	return next(x);
}
`;
	const build = await audited(made, [preloadLibrary(made, 'some.so', [], some), preloadLibrary(made, 'other.so')]);
	t.deepEqual(functionOf(build, 'api_leaf', 1).chain, {
		behind: 0,
		made: 1137,
		passedOn: 379,
		verdict: {kind: 'partial', because: 'other-object-defines-it'},
	});
});

test('two libraries that define different functions do not stand behind each other', async t => {
	const made = scene(t);
	const other =
		'int api_calls(int times) { int sum = 0; for (volatile int i = 0; i < times; i++) sum += i; return sum; }';
	const build = await audited(made, [preloadLibrary(made, 'one.so'), preloadLibrary(made, 'other.so', [], other)]);
	t.is(functionOf(build, 'api_calls', 1).chain, null);
	t.deepEqual(told(functionOf(build, 'api_calls', 1)), ['executable 1/0 honored']);
});
