/** This file shows what a sweep says of real Pythons, and what it says where it cannot be made. */

import {spawnSync} from 'node:child_process';
import {setMaxListeners} from 'node:events';
import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {exportedFunctions} from '../../../src/binding/exports.js';
import {readElf} from '../../../src/elf/elf.js';
import {gatherStatic} from '../../../src/gather/static.js';
import {buildShim} from '../../../src/gather/sweep/build.js';
import {type GatheredSweep, gatherSweep, type SweepRequest} from '../../../src/gather/sweep/gather.js';
import {prepareShims, readInterpreter, withShims} from '../../../src/gather/sweep/shims.js';
import {createLedger, openLedger} from '../../../src/ledger/ledger.js';
import {fixOwnAddresses, nativeFolder} from '../../../src/ledger/native.js';
import {countedIn, ledgerRows, overrides} from '../../../src/ledger/slots.js';
import {interpreterFamilies} from '../../../src/model/claim.js';
import type {Workload} from '../../../src/model/evidence.js';
import type {Counts} from '../../../src/model/report.js';
import type {Target, TargetLaunch} from '../../../src/model/target.js';
import {identity} from '../../../src/process/file-identity.js';
import {withLauncher} from '../../../src/target/launch.js';
import {gatherTargets} from '../../../src/target/targets.js';
import {file, needing} from '../../support/needs.js';
import {python} from '../../support/python.js';
import {systemLibpythons} from '../../support/pythons.js';
import {sum} from '../../support/sum.js';
import {type Workshop, workshop} from '../../support/workshop.js';

const signal = new AbortController().signal;
// Several sweeps at a time listen to it.
setMaxListeners(100, signal);
const {env} = process;
fixOwnAddresses();

type Changes = Partial<SweepRequest>;

async function onTarget<T>(name: string, work: (target: Target, launch: TargetLaunch) => Promise<T>): Promise<T> {
	return withLauncher(env, async launch => {
		const {targets, failures} = await gatherTargets({kind: 'named', names: [name]}, launch, {
			env,
			signal,
			timeoutSeconds: 60,
		});
		const [target] = targets;
		if (target === undefined) throw new Error(failures[0]?.message);
		const own = launch(target.start);
		return work(target, {...own, env: {PATH: env.PATH ?? '', PYTHONHASHSEED: '0', LANG: 'C.UTF-8', ...own.env}});
	});
}

function sweep(name: string, changes: Changes = {}): Promise<GatheredSweep & {readonly interpreter: string}> {
	return onTarget(name, async ({interpreter, libc}, launch) => {
		const witness = await gatherStatic(interpreter.path, {env});
		return {
			...(await gatherSweep({
				launch,
				interpreter: interpreter.path,
				libc,
				witness,
				env,
				timeoutSeconds: 60,
				signal,
				...changes,
			})),
			interpreter: interpreter.path,
		};
	});
}

function counts({bySymbol}: Workload): readonly Counts[] {
	return [...bySymbol.values()].flatMap(({calls}) => Object.values(calls));
}

const whole = test.macro(async (t, name: string) => {
	const {workload, findings, interpreter} = await sweep(name);
	if (workload === null) return t.fail(JSON.stringify(findings));
	const exported = exportedFunctions(readElf(readFileSync(interpreter))).map(one => one.name);
	const left = findings.filter(({kind}) => kind === 'sweep-left-out').map(({message}) => message);
	const own = [...workload.bySymbol].filter(([, {family}]) => family === null);
	t.is(own.length, exported.length - (left[0]?.split('), ').length ?? 0));
	const symbols = own.map(([symbol]) => symbol);
	t.true(symbols.every(symbol => exported.includes(symbol)));
	t.deepEqual(
		symbols,
		symbols.toSorted((left, right) => (left < right ? -1 : 1)),
	);
	const ofLibc = [...workload.bySymbol].filter(([, {family}]) => family !== null);
	t.deepEqual([...new Set(ofLibc.map(([, {family}]) => family))].sort(), ['libc-io', 'libc-memory', 'libc-time']);
	t.true(ofLibc.some(([symbol, {calls}]) => symbol === 'malloc' && (calls.interpreter?.honored ?? 0) > 100));
	const called = [...workload.bySymbol.values()].filter(({calls}) => Object.keys(calls).length > 0).length;
	t.true(called > 400, `only ${called} functions are called`);
	t.true(counts(workload).reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? 0), 0) > 100_000);
});

test('a sweep overrides every function that the interpreter exports and sums up', whole, python);
const library = systemLibpythons()[0];
const embedded = needing(file(library, 'a libpython'));
embedded("so it does on a system's libpython", whole, library ?? '');

test.serial('two sweeps of one build are the same', async t => {
	const [one, other] = [await sweep(python), await sweep(python)];
	t.not(one.workload, null);
	t.deepEqual(one.workload, other.workload);
});

test('without entry counts nothing is said of bypassed calls', async t => {
	const {workload} = await sweep(python, {entryCounts: false});
	if (workload === null) return t.fail();
	t.true(workload.bySymbol.size > 400);
	t.true(counts(workload).every(({bypassed}) => bypassed === null));
});

test('what is honored does not depend on whether entries are counted', async t => {
	const [with_, without] = [await sweep(python), await sweep(python, {entryCounts: false})];
	const honored = (workload: Workload | null) =>
		new Map(
			[...(workload?.bySymbol ?? [])].map(([symbol, {calls}]) => [
				symbol,
				Object.values(calls).reduce((sum, {honored}) => sum + honored, 0),
			]),
		);
	const [one, other] = [honored(with_.workload), honored(without.workload)];
	const called = (calls: ReadonlyMap<string, number>) => [...calls].filter(([, n]) => n > 0).map(([symbol]) => symbol);
	t.deepEqual(called(one), called(other));
	// Addresses differ, and with them how often the method cache is missed: of that, a few functions see a few calls.
	const apart = [...one]
		.map(([symbol, calls]) => Math.abs((other.get(symbol) ?? 0) - calls))
		.filter(calls => calls > 0);
	t.log(`${apart.length} of ${one.size} functions differ, by ${apart.join(', ')} calls`);
	t.true(apart.length < one.size / 20);
	t.true(
		// A static build honors none.
		apart.reduce((sum, calls) => sum + calls, 0) <= [...one.values()].reduce((sum, calls) => sum + calls, 0) / 1000,
	);
});

test('several sweeps at once do not disturb each other', async t => {
	const work = workshop(t);
	const request = {env: {...env, XDG_CACHE_HOME: work.folder}};
	const all = await Promise.all([1, 2, 3, 4].map(() => sweep(python, request)));
	for (const {workload: report} of all) t.not(report, null);
});

test('an interpreter of another CPU is not swept, and the reason is among the findings', async t => {
	const {slots, ...read} = readInterpreter((await onTarget(python, async ({interpreter}) => interpreter)).path);
	const {folder} = workshop(t);
	const other = read.machine === 'x86_64' ? 'aarch64' : 'x86_64';
	const build = (machine: string) => buildShim({slots, machine, native: nativeFolder, folder});
	t.deepEqual(build(other), {
		kind: 'not-built',
		reason: `the trampolines here are for ${read.machine}, not for ${other}`,
	});
	t.deepEqual(build('s390x'), {kind: 'not-built', reason: 'there are no trampolines for s390x'});
	t.is(build(read.machine).kind, 'built');
});

test('a cache folder that cannot be written costs nothing but time', async t => {
	const work = workshop(t);
	const file = work.file('no-folder', '');
	const {workload: report} = await sweep(python, {env: {...env, XDG_CACHE_HOME: join(file, 'below')}});
	t.not(report, null);
	t.true(report !== null && counts(report).some(({bypassed}) => bypassed !== null));
});

test('a cache folder whose path LD_PRELOAD cannot hold is as good as any', async t => {
	const work = workshop(t);
	const odd = join(work.folder, 'with space: and colon');
	mkdirSync(odd);
	const {workload: report} = await sweep(python, {env: {...env, XDG_CACHE_HOME: odd}});
	t.not(report, null);
	// The interpreter's, and libc's.
	t.is(readdirSync(join(odd, 'pyinterpose', 'entries')).length, 2);
});

/** Spoils the first preload, and becomes the program that its first word names; it is linked statically, so nothing is preloaded into it. */
const spoiler = `
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	char *first = strdup(getenv("LD_PRELOAD"));
	first[strcspn(first, ":")] = 0;
	int file = open(first, O_WRONLY | O_TRUNC);
	if (argc < 2 || write(file, "no object", 9) != 9) return 9;
	return execv(argv[1], argv + 1);
}`;

test('a shim that does not load is no sweep of nothing', async t => {
	const work = workshop(t);
	const wrapper = work.compile('spoiler', spoiler, ['-static']);
	const {workload: report, findings} = await onTarget(python, async ({interpreter}, {file, argv, ...launch}) => {
		const witness = await gatherStatic(interpreter.path, {env});
		const spoiled = {...launch, file: wrapper, argv: [file, ...argv]};
		return gatherSweep({
			launch: spoiled,
			interpreter: interpreter.path,
			libc: null,
			witness,
			env,
			timeoutSeconds: 60,
			signal,
		});
	});
	t.is(report, null);
	t.regex(
		findings[0]?.message ?? '',
		/^No sweep was made: the shim did not load: ERROR: ld.so: object .* cannot be preloaded/,
	);
});

const agree = test.macro(async (t: ExecutionContext, name: string) => {
	const work = workshop(t);
	await onTarget(name, async ({interpreter}, launch) => {
		const read = readInterpreter(interpreter.path);
		const shims = await prepareShims({
			...read,
			native: launch.native,
			entryCounts: false,
			env,
			folder: work.folder,
			signal,
		});
		if (shims.kind === 'not-built') return t.fail(shims.reason);
		await withShims(env, shims, join(work.folder, 'sweep'), async (added, counts) => {
			const curated = runBoth(work, launch, {...added, PYINTERPOSE_INTERPRETER: identity(interpreter.path)});
			const {rows, ready, reattributed} = counts();
			t.true(ready);
			const slots = new Map(read.slots.map(({symbol}, slot) => [symbol, slot]));
			const seen = [...curated].flatMap(([symbol, honored]) => {
				const slot = slots.get(symbol);
				return slot === undefined
					? []
					: [{symbol, honored, swept: rows[slot]?.honored ?? [], tail: sum(reattributed[slot])}];
			});
			// A curated shim believes every return address; so where there are tail calls, only the sums agree.
			const line = (symbol: string, counts: readonly number[], tail: number) =>
				`${symbol} ${tail === 0 ? counts.join(' ') : sum(counts)}`;
			t.deepEqual(
				seen.map(({symbol, swept, tail}) => line(symbol, swept, tail)),
				seen.map(({symbol, honored, tail}) => line(symbol, honored, tail)),
			);
			t.true(seen.filter(({honored}) => sum(honored) > 0).length >= (interpreter.linkage === 'static' ? 0 : 5));
		});
	});
});

const workload = fileURLToPath(new URL('../../../../probes/workload.py', import.meta.url));

/** The curated shims stand before the sweep, in one process: what passes them passes it too. */
function runBoth(
	work: Workshop,
	launch: TargetLaunch,
	added: Readonly<Record<string, string>>,
): Map<string, readonly number[]> {
	const path = join(work.folder, 'curated');
	createLedger(path, ledgerRows(), 1);
	const shims = interpreterFamilies.map(family => join(nativeFolder, `${family}.so`));
	const {status, stderr} = spawnSync(launch.file, [...launch.argv, '-S', '-B', '-s', workload], {
		encoding: 'utf8',
		env: {...launch.env, ...added, LD_PRELOAD: [...shims, added.LD_PRELOAD].join(':'), PYINTERPOSE_LEDGER_BESIDE: path},
	});
	if (status !== 0) throw new Error(stderr);
	const ledger = openLedger(path, ledgerRows());
	const rows = new Map(overrides().map(({slot, symbol}) => [symbol, countedIn(ledger, 0)(slot).honored]));
	ledger.close();
	return rows;
}

test('the curated shims and the sweep count the same, by caller', agree, python);
embedded("so they do on a system's libpython", agree, library ?? '');
