/** This file times two commands in turn, A B A B, and gives their ratio: machines are noisy, so never a time alone. */

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

export interface Command {
	readonly file: string;
	readonly argv: readonly string[];
	readonly env?: NodeJS.ProcessEnv;
}

/** One line of `npm run bench`. */
export type BenchRow = MeasuredRow | {readonly kind: 'not-run'; readonly what: string; readonly why: string};

export interface MeasuredRow {
	readonly kind: 'measured';
	readonly what: string;
	readonly ratio: Ratio;
	/** What the ratio shall not exceed; null where it is only told. */
	readonly bound: number | null;
}

export interface Ratio {
	/** The median of the pairs' ratios, and between what the true one lies, with 95 % confidence where the pairs allow that. */
	readonly median: number;
	readonly low: number;
	readonly high: number;
	readonly pairs: number;
}

/** `a` and `b` give the seconds of one run each. One pair warms up and is not counted. */
export function ratioOf(a: () => number, b: () => number, pairs: number): Ratio {
	const ratios = Array.from({length: pairs + 1}, () => {
		const seconds = a();
		return seconds / b();
	});
	return spreadOf(ratios.slice(1));
}

/** One number, which is no sample of many. */
export function exactly(number: number): Ratio {
	return {median: number, low: number, high: number, pairs: 1};
}

/** Of one run, in seconds: on the clock, or of the processors. Errors: Error where the command fails, because then its time says nothing. */
export function seconds({file, argv, env}: Command): number {
	const begin = now();
	const {status, stderr} = spawnSync(file, [...argv], {
		env: env ?? process.env,
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(`${file} ${argv.join(' ')} failed: ${stderr}`);
	return now() - begin;
}

/** With --cpu: processor time of all that was started, in hundredths, for machines on which others work. */
const byProcessor = process.argv.includes('--cpu');
export const unit = byProcessor ? 'processor time' : 'time on the clock';

function now(): number {
	if (!byProcessor) return Number(process.hrtime.bigint()) / 1e9;
	const stat = readFileSync('/proc/self/stat', 'latin1');
	// cutime and cstime of proc(5), the 16th and 17th field; behind the name, which may hold anything, stands the third.
	const [user, system] = stat
		.slice(stat.lastIndexOf(')') + 2)
		.split(' ')
		.slice(16 - 3)
		.map(Number);
	return ((user ?? 0) + (system ?? 0)) / 100;
}

function spreadOf(ratios: readonly number[]): Ratio {
	const sorted = [...ratios].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [one = Number.NaN, other = one] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
	const rank = confidentRank(sorted.length);
	return {
		median: (one + other) / 2,
		low: sorted[rank] ?? Number.NaN,
		high: sorted[sorted.length - 1 - rank] ?? Number.NaN,
		pairs: sorted.length,
	};
}

/** How many of the lowest, and of the highest, the median lies between with 95 % confidence; 0 where there are too few for that. */
function confidentRank(count: number): number {
	let outside = 0;
	let term = 0.5 ** count;
	for (let rank = 0; rank < count / 2; rank++) {
		outside += 2 * term;
		if (outside > 0.05) return Math.max(0, rank - 1);
		term *= (count - rank) / (rank + 1);
	}
	return 0;
}
