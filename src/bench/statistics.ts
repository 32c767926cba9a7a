/** This file estimates a ratio and its interval from pairs of runs: Student's interval on trimmed log ratios. Pure. */

/** On the scale of logarithms: 0 is no difference. */
export interface Interval {
	readonly middle: number;
	readonly low: number;
	readonly high: number;
	/** The middle's standard error, and its degrees of freedom. */
	readonly error: number;
	readonly freedom: number;
}

/**
 * Yuen's interval: the mean without the `trimmed` share at either end, its error from the values drawn in to those that
 * are left. A few runs that something else disturbed move neither.
 */
export function trimmedInterval(values: readonly number[], trimmed: number): Interval {
	const sorted = [...values].sort((a, b) => a - b);
	const cut = Math.floor(sorted.length * trimmed);
	const kept = sorted.slice(cut, sorted.length - cut);
	const drawnIn = sorted.map((_, index) => sorted[Math.min(Math.max(index, cut), sorted.length - cut - 1)] ?? 0);
	const freedom = Math.max(kept.length - 1, 1);
	const error = Math.sqrt((variance(drawnIn) * Math.max(sorted.length - 1, 1)) / (kept.length * freedom));
	return around(mean(kept), error, freedom);
}

/** The mean of several independent estimates. */
export function meanInterval(intervals: readonly Interval[]): Interval {
	const middle = mean(intervals.map(interval => interval.middle));
	const error = Math.sqrt(sum(intervals.map(interval => interval.error ** 2))) / intervals.length;
	return around(middle, error, sum(intervals.map(({freedom}) => freedom)));
}

/** As ratios: what people read. */
export function asRatios({middle, low, high}: Interval): {ratio: number; low: number; high: number} {
	return {ratio: Math.exp(middle), low: Math.exp(low), high: Math.exp(high)};
}

function around(middle: number, error: number, freedom: number): Interval {
	const half = error * student(freedom);
	return {middle, low: middle - half, high: middle + half, error, freedom};
}

/** The 97.5 % point of Student's distribution; beyond the table by the usual expansion of it. */
export function student(freedom: number): number {
	const z = 1.959964;
	const expanded = z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
	return table[Math.floor(freedom) - 1] ?? expanded;
}

const table = [
	12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
	2.101, 2.093, 2.086,
];

function mean(values: readonly number[]): number {
	return sum(values) / values.length;
}

function variance(values: readonly number[]): number {
	const middle = mean(values);
	return sum(values.map(value => (value - middle) ** 2)) / Math.max(values.length - 1, 1);
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
