/** This file times a compute-bound program under the sweep against the same program bare. */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gatherStatic} from '../../src/gather/static.js';
import {prepareShims, readInterpreter, withShims} from '../../src/gather/sweep/shims.js';
import type {Target, TargetLaunch} from '../../src/model/target.js';
import {identity} from '../../src/process/file-identity.js';
import {withLauncher} from '../../src/target/launch.js';
import {gatherTargets} from '../../src/target/targets.js';
import {type BenchRow, ratioOf, seconds} from './pairs.js';
import {program, workload} from './program.js';
import {benchTools} from './tools.js';

/** `names` are Pythons and libpythons; each gets its rows. Errors: Error for a name that is neither. */
export function benchSweep(names: readonly string[]): Promise<BenchRow[]> {
	return withTargets(names, benchTarget);
}

/** The same names, with the tools that there are. */
export function benchOtherTools(names: readonly string[]): Promise<BenchRow[]> {
	return withTargets(names, async (target, launch) => benchTools(target, launch));
}

async function withTargets(
	names: readonly string[],
	work: (target: Target, launch: TargetLaunch, signal: AbortSignal) => Promise<BenchRow[]>,
): Promise<BenchRow[]> {
	const {env} = process;
	const signal = new AbortController().signal;
	return withLauncher(env, async launch => {
		const surroundings = {env, signal, timeoutSeconds: 60};
		const {targets, failures} = await gatherTargets({kind: 'named', names}, launch, surroundings);
		if (failures[0] !== undefined) throw new Error(failures[0].message);
		const rows: BenchRow[] = [];
		for (const target of targets) rows.push(...(await work(target, launch(target.start), signal)));
		return rows;
	});
}

async function benchTarget(target: Target, launch: TargetLaunch, signal: AbortSignal): Promise<BenchRow[]> {
	const {env} = process;
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	const {bySymbol} = await gatherStatic(target.interpreter.path, {env});
	const request = {
		...readInterpreter(target.interpreter.path, bySymbol, env),
		env,
		native: launch.native,
		folder,
		signal,
	};
	const rows: BenchRow[] = [];
	try {
		for (const {how, entryCounts, literal, bound} of ways) {
			const shims = await prepareShims({...request, entryCounts, literal});
			if (shims.kind === 'not-built') throw new Error(shims.reason);
			await withShims(env, shims, join(folder, `ledger-${entryCounts}-${literal}`), async added => {
				const extra = {...added, PYINTERPOSE_INTERPRETER: identity(target.interpreter.path)};
				const ratio = ratioOf(
					() => seconds(program(launch, workload, extra)),
					() => seconds(program(launch, workload)),
					pairs,
				);
				rows.push({kind: 'measured', what: `${how} / bare, on ${target.id}`, ratio, bound});
				if (!entryCounts || literal) return;
				const growth = ratioOf(
					() => startGrowth(launch, extra),
					() => longestGrowth,
					pairs,
				);
				const what = `start-up's growth by it / 8 ms, on ${target.id}`;
				rows.push({kind: 'measured', what, ratio: growth, bound: 1});
			});
		}
	} finally {
		rmSync(folder, {recursive: true});
	}
	return rows;
}

const ways = [
	{how: 'everything counted', entryCounts: true, literal: false, bound: 1.1},
	{how: 'everything counted, literally', entryCounts: true, literal: true, bound: null},
	{how: 'overrides counted, entries not', entryCounts: false, literal: false, bound: null},
] as const;

const pairs = 15;
const longestGrowth = 0.008;

/** Of five starts each: one is over too soon to be measured. */
function startGrowth(launch: TargetLaunch, extra: NodeJS.ProcessEnv): number {
	let growth = 0;
	for (let start = 0; start < starts; start++) {
		growth += seconds(program(launch, 'pass', extra)) - seconds(program(launch, 'pass'));
	}
	return growth / starts;
}

const starts = 5;
