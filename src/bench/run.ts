/** This file starts one build once with one workload, and reads what it measured. */

import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runChild} from '../process/child.js';
import {endingInWords, succeeded, withFinalLine} from '../process/ending.js';

const folder = fileURLToPath(new URL('../../../probes/bench', import.meta.url));

/** By file name, sorted. */
export function workloadNames(): readonly string[] {
	return readdirSync(folder)
		.filter(name => name.endsWith('.py') && name !== 'main.py')
		.map(name => name.slice(0, -3))
		.sort();
}

export interface BenchRunRequest {
	/** How the build is started, without what follows. */
	readonly file: string;
	readonly env: Readonly<Record<string, string>>;
	readonly pinned: number | null;
	readonly plan: BenchPlan;
	/** Varies the hash seed and the length of the environment, which moves the stack. */
	readonly round: number;
	readonly signal: AbortSignal;
}

export type BenchPlan =
	| {readonly workload: string; readonly calibrate: number}
	| {readonly workload: string; readonly loops: number; readonly samples: number; readonly handicap: number};

export type RunResult =
	| {readonly kind: 'ran'; readonly loops: number; readonly seconds: readonly number[]; readonly result: string}
	| {readonly kind: 'failed'; readonly because: string};

export async function runOnce({file, env, pinned, plan, round, signal}: BenchRunRequest): Promise<RunResult> {
	// Without -E: the environment is exact, and holds the hash seed.
	const command = [file, '-B', '-S', '-s', join(folder, 'main.py'), JSON.stringify(plan)];
	const [program = '', ...argv] = pinned === null ? command : ['taskset', '-c', String(pinned), ...command];
	const {exit, stdout, stderr} = await runChild({
		file: program,
		argv,
		env: {
			...env,
			PYINTERPOSE_BENCH_PYTHON: file,
			PYTHONHASHSEED: String(round),
			PYINTERPOSE_BENCH_ROOM: 'x'.repeat((round * 37) % 1024),
		},
		timeoutSeconds: 120,
		signal,
	});
	if (!succeeded(exit)) {
		return {kind: 'failed', because: `${file} ${withFinalLine(endingInWords(exit), stderr)}`};
	}
	return parse(stdout) ?? {kind: 'failed', because: `${file} printed what is no measurement`};
}

function parse(text: string): RunResult | null {
	try {
		const {loops = 0, seconds = [], result} = JSON.parse(text) as {loops?: number; seconds?: number[]; result: string};
		return {kind: 'ran', loops, seconds, result};
	} catch {
		return null;
	}
}
