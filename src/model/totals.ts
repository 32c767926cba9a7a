/** This file counts verdicts by kind. */

import type {Report, TargetReport} from './report.js';
import type {Verdict} from './verdict.js';

/** The route `deepbind` is left out: RTLD_DEEPBIND passes every override by on every build, and says nothing of this one. */
export function reportTotals(targets: readonly TargetReport[]): Report['totals'] {
	const calls = targets.flatMap(({functions}) => functions.flatMap(({calls}) => calls));
	return totalsOf(calls.filter(({caller}) => caller !== 'deepbind'));
}

export function totalsOf(claims: readonly {readonly verdict: Verdict}[]): Report['totals'] {
	const totals = {honored: 0, partial: 0, bypassed: 0, uncalled: 0, absent: 0, inconclusive: 0};
	for (const {verdict} of claims) totals[verdict.kind] += 1;
	return totals;
}
