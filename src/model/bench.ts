/** This file defines what a measurement says: always one build against another, never a time alone. */

export interface BenchReport {
	readonly schema: 1;
	/** The first is the one that the others are compared with. */
	readonly targets: readonly BenchTarget[];
	readonly rule: NoiseRule;
	/** The processor that the runs were bound to; null where they could not be. */
	readonly pinned: number | null;
	/** Burnt once more in every run of the last target, as a share; 0 but in a control. */
	readonly handicap: number;
	/** Sorted by name. */
	readonly workloads: readonly WorkloadResult[];
	/** Over the workloads, for each target but the first. */
	readonly means: readonly BenchComparison[];
}

export interface BenchTarget {
	/** As given. */
	readonly name: string;
	readonly path: string;
}

export type WorkloadResult =
	| {readonly workload: string; readonly kind: 'measured'; readonly comparisons: readonly BenchComparison[]}
	| {readonly workload: string; readonly kind: 'failed'; readonly because: string};

export type ComparisonVerdict = 'equal' | 'faster' | 'slower';

export interface BenchComparison {
	readonly target: string;
	/** How long it takes, as a multiple of the first target's time: above 1 is slower. */
	readonly ratio: number;
	readonly low: number;
	readonly high: number;
	/** Runs of each of the two. */
	readonly pairs: number;
	/** Whether the interval is as narrow as the rule asks; where it is not, a time limit ended the measurement. */
	readonly narrow: boolean;
	readonly verdict: ComparisonVerdict;
}

/** How a difference is told from noise, and when a measurement ends. */
export interface NoiseRule {
	readonly confidence: 0.95;
	/** Of each end of the ordered ratios this share is left out: other work on the machine makes outliers. */
	readonly trimmed: number;
	/** A difference below this share is called equal, however sure it is. */
	readonly negligible: number;
	/** Half of the interval's width, as a share, at which the measurement ends. */
	readonly narrow: number;
	readonly leastPairs: number;
	readonly mostPairs: number;
	/** For each workload. */
	readonly seconds: number;
}
