/** This file finds which single flag, or which pair of them, flips a claim between two variants. */

import {SuiteError} from '../errors.js';
import type {VerdictKind} from '../model/verdict.js';
import type {FlagName} from './flags.js';

/** One flag that the bad variant has and the good one has not, or the other way round. */
export interface FlagChange {
	readonly flag: FlagName;
	readonly kind: 'with' | 'without';
}

export interface BisectionStep {
	readonly changes: readonly FlagChange[];
	readonly flags: readonly FlagName[];
	readonly verdict: VerdictKind;
}

export interface Bisection {
	readonly claim: string;
	readonly good: {readonly name: string; readonly verdict: VerdictKind};
	readonly bad: {readonly name: string; readonly verdict: VerdictKind};
	/** Every set of flags that was tried between the two. */
	readonly steps: readonly BisectionStep[];
	/** The smallest sets of changes that flip the claim; none where it takes more than two. */
	readonly culprits: readonly (readonly FlagChange[])[];
}

export interface BisectRequest {
	readonly claim: string;
	readonly good: Flagged;
	readonly bad: Flagged;
	/** The verdict on the claim of a build with these flags. */
	readonly verdictOf: (flags: readonly FlagName[]) => Promise<VerdictKind>;
}

export interface Flagged {
	readonly name: string;
	readonly flags: readonly FlagName[];
}

/** Single changes first, then pairs of those that flip nothing by themselves. */
export async function bisect({claim, good, bad, verdictOf}: BisectRequest): Promise<Bisection> {
	const before = await verdictOf(good.flags);
	const after = await verdictOf(bad.flags);
	const ends = {
		claim,
		good: {name: good.name, verdict: before},
		bad: {name: bad.name, verdict: after},
	};
	if (before === after) {
		throw new SuiteError(`${claim} is ${before} on ${good.name} and on ${bad.name} alike: there is nothing to find.`);
	}
	const changes = changesBetween(good.flags, bad.flags);
	if (changes.length === 0) throw new SuiteError(`${good.name} and ${bad.name} differ in no flag.`);
	const steps: BisectionStep[] = [];
	for (const size of [1, 2]) {
		const culprits: (readonly FlagChange[])[] = [];
		for (const subset of subsets(changes, size)) {
			const flags = applied(good.flags, subset);
			const verdict = subset.length === changes.length ? after : await verdictOf(flags);
			steps.push({changes: subset, flags, verdict});
			if (verdict !== before) culprits.push(subset);
		}
		if (culprits.length > 0) return {...ends, steps, culprits};
	}
	return {...ends, steps, culprits: []};
}

function changesBetween(good: readonly FlagName[], bad: readonly FlagName[]): readonly FlagChange[] {
	return [
		...good.filter(flag => !bad.includes(flag)).map((flag): FlagChange => ({flag, kind: 'without'})),
		...bad.filter(flag => !good.includes(flag)).map((flag): FlagChange => ({flag, kind: 'with'})),
	];
}

function applied(flags: readonly FlagName[], changes: readonly FlagChange[]): readonly FlagName[] {
	const without = new Set(changes.filter(({kind}) => kind === 'without').map(({flag}) => flag));
	return [
		...flags.filter(flag => !without.has(flag)),
		...changes.filter(({kind}) => kind === 'with').map(({flag}) => flag),
	];
}

function subsets(changes: readonly FlagChange[], size: number): readonly (readonly FlagChange[])[] {
	if (size === 1) return changes.map(change => [change]);
	return changes.flatMap((first, index) => changes.slice(index + 1).map(second => [first, second]));
}
