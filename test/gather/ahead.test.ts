/** This file tests what is read of an interpreter before it is known to be one: only what is kept, and given for that file alone. */

import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {openStore} from '../../src/cache/store.js';
import {readingAhead} from '../../src/gather/ahead.js';
import {contentDigest, gatherStatic} from '../../src/gather/static.js';
import {workshop} from '../support/workshop.js';

const flags = ['-O1', '-shared', '-fPIC'];

/** A library, and the environment of a cache of its own. */
function library(t: ExecutionContext) {
	const {compile, folder} = workshop(t);
	const env = {XDG_CACHE_HOME: join(folder, 'cache')};
	const make = (name: string) => compile(`${name}.so`, `int ${name}(int n) { return n * 7; }`, flags);
	return {path: make('leaf'), make, env};
}

const keyOf = (path: string, env: {XDG_CACHE_HOME: string}) => `${contentDigest(path, env)}-apart`;

/** What was changed within the last tick is not kept by its times (src/cache/by-file.ts). */
async function keep(path: string, env: {XDG_CACHE_HOME: string}): Promise<void> {
	await pause(2100);
	await gatherStatic(path, {env});
}

/** What is kept of a file from now on has another name in it. */
function renameKept(path: string, env: {XDG_CACHE_HOME: string}, from: string, to: string): void {
	const store = openStore(env, 'inspect');
	const key = keyOf(path, env);
	store.set(key, Buffer.from(store.get(key)?.toString().replaceAll(`"${from}"`, `"${to}"`) ?? ''));
}

test('what was read ahead of a file is given once, and read anew after that', async t => {
	const {path, env} = library(t);
	await keep(path, env);
	const ahead = readingAhead(env);
	ahead.begin(path);
	renameKept(path, env, 'leaf', 'loaf');
	t.true((await ahead.witness(path)).bySymbol.has('leaf'));
	t.true((await ahead.witness(path)).bySymbol.has('loaf'));
});

test('what is not kept is not computed ahead, and is there when it is asked for', async t => {
	const {path, env} = library(t);
	const ahead = readingAhead(env);
	ahead.begin(path);
	await new Promise(setImmediate);
	t.is(openStore(env, 'inspect').get(keyOf(path, env)), undefined);
	t.true((await ahead.witness(path)).bySymbol.has('leaf'));
	t.not(openStore(env, 'inspect').get(keyOf(path, env)), undefined);
});

test('another file than the one that was begun with is given what it shows itself', async t => {
	const {path, make, env} = library(t);
	await keep(path, env);
	const ahead = readingAhead(env);
	ahead.begin(path);
	t.deepEqual([...(await ahead.witness(make('other'))).bySymbol.keys()], ['other']);
	t.deepEqual([...(await ahead.witness(path)).bySymbol.keys()], ['leaf']);
});

test('a file that cannot be read any more fails when it is asked for, and not before', async t => {
	const {path, env} = library(t);
	const ahead = readingAhead(env);
	ahead.begin(join(path, 'gone'));
	await t.throwsAsync(ahead.witness(join(path, 'gone')), {name: 'SuiteError'});
});
