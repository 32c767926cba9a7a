/** This file tests what the static witness keeps between runs, and that it never gives one file the result of another. */

import {copyFileSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {callSites} from '../../src/binding/call-sites.js';
import {findFunction} from '../../src/binding/find-function.js';
import {openStore} from '../../src/cache/store.js';
import {readElf} from '../../src/elf/elf.js';
import {SuiteError} from '../../src/errors.js';
import {gatherStatic, gatherSummary, summaryOf} from '../../src/gather/static.js';
import {libraries} from '../elf/support/libraries.js';
import {workshop} from '../support/workshop.js';

const source = `
	__attribute__((noinline)) int leaf(int n) { return n * 7; }
	int first(int n) { return leaf(n) + 1; }
	int second(int n) { return leaf(n) + 2; }
	int puts(const char *);
	int third(void) { return puts("x"); }
`;
const flags = ['-O1', '-fno-inline', '-shared', '-fPIC', '-Wl,--build-id=0x1234'];

/** A library whose times are long past, and the environment of a cache of its own. */
function library(t: ExecutionContext, more: readonly string[] = []) {
	const {compile, folder} = workshop(t);
	const path = compile('liba.so', source, [...flags, ...more]);
	const env = {XDG_CACHE_HOME: join(folder, 'cache')};
	const kept = () => readdirSync(join(env.XDG_CACHE_HOME, 'pyinterpose', 'inspect')).sort();
	return {path, folder, env, kept};
}

test('a result is kept under the build-id and the content', async t => {
	const {path, env, kept} = library(t);
	const {report} = await gatherStatic(path, {env});
	t.is(kept().filter(name => /^1234-[0-9a-f]{32}-apart\.kept$/.test(name)).length, 1);
	t.deepEqual((await gatherStatic(path, {env})).report, report);
});

test('what is kept is what is given: a result changed by hand is given as it stands', async t => {
	// The control of the tests below: without it they would pass if nothing was ever kept.
	const {path, env, kept} = library(t);
	await gatherStatic(path, {env});
	const store = openStore(env, 'inspect');
	const key =
		kept()
			.find(name => name.startsWith('1234-'))
			?.replace('.kept', '') ?? '';
	store.set(key, Buffer.from(store.get(key)?.toString().replaceAll('"leaf"', '"loaf"') ?? ''));
	t.true((await gatherStatic(path, {env})).bySymbol.has('loaf'));
});

test('a copy elsewhere is known by its content and reported under its own path', async t => {
	const {path, folder, env, kept} = library(t);
	const {report} = await gatherStatic(path, {env});
	const before = kept().filter(name => name.startsWith('1234-'));
	copyFileSync(path, join(folder, 'copy.so'));
	const copy = await gatherStatic(join(folder, 'copy.so'), {env});
	t.deepEqual(copy.report, {...report, path: join(folder, 'copy.so')});
	t.deepEqual(
		kept().filter(name => name.startsWith('1234-')),
		before,
	);
});

test('one call erased, with size, build-id and times as they were, is another result', async t => {
	const {path, env} = library(t);
	const before = await gatherStatic(path, {env});
	const calls = before.bySymbol.get('leaf')?.calls.preemptible ?? 0;
	t.is(calls, 2);
	const {atime, mtime, size} = statSync(path);
	const bytes = readFileSync(path);
	const [site] = (await callSites(readElf(bytes), findFunction(readElf(bytes), 'leaf')?.targets ?? [])).filter(
		({form}) => form === 'call',
	);
	const load = readElf(bytes).segments.find(({executable}) => executable);
	const offset = (site?.at ?? 0) - (load?.address ?? 0) + (load?.offset ?? 0);
	if (process.arch === 'arm64') bytes.writeUInt32LE(0xd503201f, offset);
	else bytes.fill(0x90, offset, offset + 5);
	writeFileSync(path, bytes);
	utimesSync(path, atime, mtime);
	t.is(statSync(path).size, size);
	const after = await gatherStatic(path, {env});
	t.is(after.report.buildId, before.report.buildId);
	t.is(after.bySymbol.get('leaf')?.calls.preemptible, calls - 1);
});

test('a file that has changed just now is not trusted by its times', async t => {
	const {path, env, kept} = library(t);
	utimesSync(path, 0, 0);
	await gatherStatic(path, {env});
	t.deepEqual(
		kept().filter(name => !name.startsWith('1234-')),
		[],
	);
});

test('a file that has long stood is known by its inode and times, until these are others', async t => {
	const {folder, env, kept} = library(t);
	const [old] = libraries();
	const path = old?.path ?? '';
	await gatherStatic(path, {env});
	const [pointer] = kept().filter(name => name.startsWith('content-'));
	const store = openStore(env, 'inspect');
	const key = pointer?.replace('.kept', '') ?? '';
	const pointed = JSON.parse(store.get(key)?.toString() ?? '');
	// The result of another file under this one's stamp: only where nothing is read does that go unnoticed.
	await gatherStatic(join(folder, 'liba.so'), {env});
	const value = kept()
		.find(name => name.startsWith('1234-'))
		?.replace('-apart.kept', '');
	store.set(key, Buffer.from(JSON.stringify({...pointed, value})));
	t.true((await gatherStatic(path, {env})).bySymbol.has('leaf'));
	store.set(key, Buffer.from(JSON.stringify({stamp: `${pointed.stamp}1`, value})));
	t.false((await gatherStatic(path, {env})).bySymbol.has('leaf'));
});

test('who does not ask for inlined copies has all else, and no debug information is read', async t => {
	const {env, kept} = library(t);
	const [old] = libraries();
	const path = old?.path ?? '';
	const isKept = () => kept().some(name => name.startsWith('inlined-'));
	const {report, bySymbol} = await gatherStatic(path, {env, inlined: false});
	t.false(isKept());
	t.is(report.inlined.places, null);
	t.true([...bySymbol.values()].every(({inlined}) => inlined === null));
	const asked = (await gatherStatic(path, {env})).report;
	t.true(isKept());
	t.deepEqual({...report, inlined: null, symbols: null}, {...asked, inlined: null, symbols: null});
	t.deepEqual(
		report.symbols,
		asked.symbols.map(one => ({...one, inlined: null})),
	);
});

test('a summary tells the same, anew and from the cache', async t => {
	const {env} = library(t);
	const [old] = libraries();
	const path = old?.path ?? '';
	const {report} = await gatherStatic(path);
	const expected = summaryOf(report);
	t.deepEqual(await gatherSummary(path, {env}), expected);
	t.deepEqual(await gatherSummary(path, {env}), expected);
});

test('a result that is damaged is computed anew', async t => {
	const {path, env, kept} = library(t);
	const {report} = await gatherStatic(path, {env});
	for (const name of kept()) writeFileSync(join(env.XDG_CACHE_HOME, 'pyinterpose', 'inspect', name), '{"stamp":');
	t.deepEqual((await gatherStatic(path, {env})).report, report);
});

test('a cache folder that cannot be made costs time only', async t => {
	const {path, folder} = library(t);
	writeFileSync(join(folder, 'file'), '');
	const env = {XDG_CACHE_HOME: join(folder, 'file')};
	t.true((await gatherStatic(path, {env})).bySymbol.has('leaf'));
});

test('a file without a build-id is known by its content alone', async t => {
	const {path, env, kept} = library(t, ['-Wl,--build-id=none']);
	const {report} = await gatherStatic(path, {env});
	t.is(report.buildId, null);
	t.true(kept().some(name => name.startsWith('no-build-id-')));
});

test('debug information makes no difference, but that it tells of inlined copies', async t => {
	const {path, folder} = library(t, ['-g3', '-Wl,--build-id=none']);
	const {compile} = workshop(t);
	const plain = compile('liba.so', source, [...flags, '-Wl,--build-id=none']);
	t.true(statSync(path).size > statSync(plain).size);
	const [{report: seen}, {report: expected}] = [await gatherStatic(path), await gatherStatic(plain)];
	t.is(expected.inlined.reason, 'it has no debug information, and no build-id by which to find any');
	t.deepEqual(seen.inlined, {places: 0, functions: 0, reason: null});
	const {inlined} = expected;
	t.deepEqual(
		{...seen, path: '', inlined, symbols: seen.symbols.map(one => ({...one, inlined: null}))},
		{...expected, path: ''},
	);
	t.truthy(folder);
});

test('a file that is cut short is a SuiteError that names the path', async t => {
	const {path} = library(t);
	writeFileSync(path, readFileSync(path).subarray(0, 3000));
	const error = await t.throwsAsync(gatherStatic(path), {instanceOf: SuiteError});
	t.true(error?.message.startsWith(`${path}: `));
});
