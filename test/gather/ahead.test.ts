/** This file tests what is computed of an interpreter before it is asked for: it is given for that file alone, and once. */

import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {computingAhead} from '../../src/gather/ahead.js';
import {gatherStatic, isKept} from '../../src/gather/static.js';
import {workshop} from '../support/workshop.js';

const flags = ['-O1', '-shared', '-fPIC', '-g'];

/** A library that may be kept, and the environment of a cache of its own. */
async function library(t: ExecutionContext) {
	const {compile, folder} = workshop(t);
	const env = {XDG_CACHE_HOME: join(folder, 'cache')};
	const source = 'int inner(int n) { return n * 7; } int leaf(int n) { return inner(n) + 1; }';
	const path = compile('leaf.so', source, [...flags, '-fno-semantic-interposition']);
	const other = compile('other.so', 'int other(int n) { return n * 7; }', flags);
	// What was changed within the last tick is not kept by its times (src/cache/by-file.ts).
	await pause(2100);
	return {path, other, env};
}

test('a file that was begun with is computed before it is asked for, and is what the witness gives', async t => {
	const {path, env} = await library(t);
	const ahead = computingAhead(env);
	ahead.begin(path);
	while (!isKept(path, env)) await pause(10);
	const {early, whole, isKept: wasKept} = await ahead.witness(path);
	t.false(wasKept);
	t.deepEqual((await whole).report, (await gatherStatic(path, {env: {}})).report);
	const without = (await gatherStatic(path, {env: {}, inlined: false})).report;
	t.deepEqual([...early.bySymbol.values()], without.symbols);
	t.notDeepEqual((await whole).report.symbols, without.symbols, 'it has inlined copies');
});

test('what is asked for again, or is kept, is given as kept, and another file is given what it shows itself', async t => {
	const {path, other, env} = await library(t);
	const ahead = computingAhead(env);
	ahead.begin(path);
	t.deepEqual([...(await ahead.witness(other)).early.bySymbol.keys()], ['other']);
	const {early, whole, isKept} = await ahead.witness(path);
	t.deepEqual([...early.bySymbol.keys()], ['inner', 'leaf']);
	t.is(early, await whole);
	t.true(isKept);
});

test('a file that cannot be read any more fails when it is asked for, and not before', async t => {
	const {path, env} = await library(t);
	const ahead = computingAhead(env);
	ahead.begin(join(path, 'gone'));
	await new Promise(setImmediate);
	await t.throwsAsync(ahead.witness(join(path, 'gone')), {name: 'SuiteError'});
});
