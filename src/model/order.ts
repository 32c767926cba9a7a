/** This file orders things: by code unit, and worst first. */

import {type Verdict, type VerdictKind, verdictKinds} from './verdict.js';

/** Code-unit order, the same on every machine and in every locale. */
export function byCodeUnit(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** 0 for the worst. */
export const rank: Readonly<Record<VerdictKind, number>> = Object.fromEntries(
	verdictKinds.map((kind, index) => [kind, index]),
) as Record<VerdictKind, number>;

/** The worst of several; undefined where there is none. */
export function worst(verdicts: readonly Verdict[]): Verdict | undefined {
	return verdicts.reduce<Verdict | undefined>(
		(found, verdict) => (found === undefined || rank[verdict.kind] < rank[found.kind] ? verdict : found),
		undefined,
	);
}
