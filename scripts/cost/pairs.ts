/** This file times two commands in turn, A B A B, and gives their ratio: these machines are noisy, so never a time alone. */

import {spawnSync} from 'node:child_process';

export interface Command {
	readonly file: string;
	readonly argv: readonly string[];
	readonly env?: NodeJS.ProcessEnv;
}

/** One line of `npm run bench`. */
export interface BenchRow {
	readonly what: string;
	/** The median of the pairs' ratios. */
	readonly ratio: number;
	readonly pairs: number;
	/** What the ratio shall not exceed; null where it is only told. */
	readonly bound: number | null;
}

/** `a` and `b` give the seconds of one run each. One pair warms up and is not counted. */
export function ratioOf(a: () => number, b: () => number, pairs: number): number {
	const ratios = Array.from({length: pairs + 1}, () => {
		const seconds = a();
		return seconds / b();
	});
	return median(ratios.slice(1));
}

/** The wall time of one run, in seconds. Errors: Error where the command fails, because then its time says nothing. */
export function seconds({file, argv, env}: Command): number {
	const begin = process.hrtime.bigint();
	const {status, stderr} = spawnSync(file, [...argv], {
		env: env ?? process.env,
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(`${file} ${argv.join(' ')} failed: ${stderr}`);
	return Number(process.hrtime.bigint() - begin) / 1e9;
}

function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
	return (low + high) / 2;
}
