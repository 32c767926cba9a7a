/** This file defines what changed between two builds. */

import type {Route} from './claim.js';
import type {Cause, Verdict} from './verdict.js';

/** Worst first: the order in which comparisons list them. */
export const changeKinds = [
	'lost',
	'share-fell',
	'newly-absent',
	'newly-uncalled',
	'newly-inconclusive',
	'no-longer-tested',
	'gained',
	'share-rose',
	'newly-called',
	'newly-present',
	'newly-known',
	'newly-tested',
	'cause-changed',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** An override that worked and does not, or works for fewer calls. */
export const losses = ['lost', 'share-fell', 'newly-absent'] as const satisfies readonly ChangeKind[];

export interface Change {
	readonly kind: ChangeKind;
	/** A claim's id. */
	readonly id: string;
	readonly symbol: string;
	readonly route: Route;
	/** The curated one, else the symbol's prefix: `PyErr*`. */
	readonly family: string;
	readonly before: Verdict | null;
	readonly after: Verdict | null;
	/** Why it is lost, where the newer verdict says so. */
	readonly because: Cause | null;
}

export interface BuildComparison {
	readonly before: ComparedBuild;
	readonly after: ComparedBuild;
	/** Functions of which some call reached the override before, or would have. */
	readonly reached: number;
	/** Worst first, then by family and id. */
	readonly changes: readonly Change[];
}

/** A file that is changed after it was linked keeps its build-id: what is the same is what was linked, not what ran. */
export function haveOneBuildId({before, after}: Pick<BuildComparison, 'before' | 'after'>): boolean {
	return before.buildId !== null && before.buildId === after.buildId;
}

export interface ComparedBuild {
	readonly id: string;
	readonly version: string;
	readonly buildId: string | null;
}

export interface Comparison {
	readonly schema: 2;
	readonly builds: readonly BuildComparison[];
	/** Ids of builds that only one of the reports has. */
	readonly onlyBefore: readonly string[];
	readonly onlyAfter: readonly string[];
}
