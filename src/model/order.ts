/** This file orders things: by code unit, and worst first. */

import {type Verdict, type VerdictKind, verdictKinds} from './verdict.js';

/** Code-unit order, the same on every machine and in every locale. */
export function byCodeUnit(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** The same, but for numbers, which sort by their value: `3.9.2` before `3.9.10`. */
export function byNaturalOrder(a: string, b: string): number {
	const [one, other] = [a, b].map(text => text.split(/(\d+)/));
	for (const [at, part] of (one ?? []).entries()) {
		const against = other?.[at];
		if (against === undefined) return 1;
		// Every second part is a number.
		const difference = at % 2 === 1 ? Number(part) - Number(against) : byCodeUnit(part, against);
		if (difference !== 0) return difference;
	}
	return (one?.length ?? 0) - (other?.length ?? 0) || byCodeUnit(a, b);
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
