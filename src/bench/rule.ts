/** This file is the rule by which a difference is told from noise, as data and as a function. Pure. */

import type {ComparisonVerdict, NoiseRule} from '../model/bench.js';
import type {Interval} from './statistics.js';

export const defaultRule: NoiseRule = {
	confidence: 0.95,
	trimmed: 0.2,
	negligible: 0.01,
	narrow: 0.0075,
	leastPairs: 10,
	mostPairs: 60,
	seconds: 20,
};

/** Slower or faster only where the whole interval is on one side of 1, and the difference is worth a word. */
export function verdictOf({middle, low, high}: Interval, {negligible}: NoiseRule): ComparisonVerdict {
	const threshold = Math.log1p(negligible);
	if (low > 0 && middle >= threshold) return 'slower';
	if (high < 0 && middle <= -threshold) return 'faster';
	return 'equal';
}
