/** This file measures workloads on several builds, turn by turn, until the ratios are known well enough. */

import type {BenchComparison, BenchReport, BenchTarget, NoiseRule, WorkloadResult} from '../model/bench.js';
import {roundOrder} from './order.js';
import {verdictOf} from './rule.js';
import {type BenchPlan, type RunResult, runOnce} from './run.js';
import {asRatios, type Interval, meanInterval, trimmedInterval} from './statistics.js';

export interface BenchRequest {
	readonly targets: readonly Startable[];
	readonly workloads: readonly string[];
	readonly rule: NoiseRule;
	readonly pinned: number | null;
	readonly handicap: number;
	readonly signal: AbortSignal;
	/** Told what is being measured. */
	readonly now: (text: string) => void;
}

export interface Startable extends BenchTarget {
	readonly file: string;
	readonly env: Readonly<Record<string, string>>;
}

/** How long one sample takes, and how many a run gives: the least of them is the run's time. */
const sampleSeconds = 0.06;
const samples = 3;

export async function measureTargets(request: BenchRequest): Promise<BenchReport> {
	const measured: Measured[] = [];
	for (const [index, workload] of request.workloads.entries()) {
		request.now(`${workload} (${index + 1} of ${request.workloads.length})`);
		measured.push(await measure(workload, request));
	}
	const {targets, rule, pinned, handicap} = request;
	return {
		schema: 1,
		targets: targets.map(({name, path}) => ({name, path})),
		rule,
		pinned,
		handicap,
		workloads: measured.map(one => one.result),
		means: targets.slice(1).flatMap((target, index) => {
			const intervals = measured.flatMap(one => one.intervals[index] ?? []);
			if (intervals.length === 0) return [];
			const pairs = Math.min(...measured.flatMap(one => (one.intervals.length === 0 ? [] : [one.pairs])));
			return [compare(target.name, meanInterval(intervals), pairs, rule)];
		}),
	};
}

interface Measured {
	readonly result: WorkloadResult;
	/** For each target but the first; none where the workload failed. */
	readonly intervals: readonly Interval[];
	readonly pairs: number;
}

async function measure(workload: string, request: BenchRequest): Promise<Measured> {
	const {targets, rule} = request;
	const [first] = targets;
	if (first === undefined) return failed(workload, 'nothing to measure');
	const calibration = await run(first, {workload, calibrate: sampleSeconds}, 0, request);
	if (calibration.kind === 'failed') return failed(workload, calibration.because);
	const plan = {workload, loops: calibration.loops, samples};
	const ratios: number[][] = targets.slice(1).map(() => []);
	const deadline = Date.now() + rule.seconds * 1000;
	for (let round = 0; round < rule.mostPairs; round += 1) {
		const times: number[] = [];
		for (const index of roundOrder(targets.length, round)) {
			const target = targets[index];
			if (target === undefined) continue;
			const handicap = index === targets.length - 1 ? request.handicap : 0;
			const ran = await run(target, {...plan, handicap}, round, request);
			if (ran.kind === 'failed') return failed(workload, ran.because);
			if (ran.result !== calibration.result) {
				return failed(workload, `${target.name} computes ${ran.result}, ${first.name} ${calibration.result}`);
			}
			times[index] = Math.min(...ran.seconds);
		}
		for (const [index, list] of ratios.entries()) list.push(Math.log((times[index + 1] ?? 0) / (times[0] ?? 0)));
		const enough = ratios.every(list => isNarrow(trimmedInterval(list, rule.trimmed), rule));
		if (round + 1 >= rule.leastPairs && enough) break;
		if (round + 1 >= fewestPairs && Date.now() > deadline) break;
	}
	const intervals = ratios.map(list => trimmedInterval(list, rule.trimmed));
	const pairs = ratios[0]?.length ?? 0;
	return {
		result: {
			workload,
			kind: 'measured',
			comparisons: intervals.map((interval, index) => compare(targets[index + 1]?.name ?? '', interval, pairs, rule)),
		},
		intervals,
		pairs,
	};
}

/** What an interval needs at all; a time limit does not end a measurement before. */
const fewestPairs = 5;

function run(target: Startable, plan: BenchPlan, round: number, {pinned, signal}: BenchRequest): Promise<RunResult> {
	return runOnce({file: target.file, env: target.env, pinned, plan, round, signal});
}

function failed(workload: string, because: string): Measured {
	return {result: {workload, kind: 'failed', because}, intervals: [], pairs: 0};
}

function compare(target: string, interval: Interval, pairs: number, rule: NoiseRule): BenchComparison {
	return {
		target,
		...asRatios(interval),
		pairs,
		narrow: isNarrow(interval, rule),
		verdict: verdictOf(interval, rule),
	};
}

function isNarrow({low, high}: Interval, {narrow}: NoiseRule): boolean {
	return (high - low) / 2 <= narrow;
}
