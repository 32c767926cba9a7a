/** This file counts verdicts by kind. */

import type {Report, TargetReport} from './report.js';
import {type ClaimReport, reportedClaims} from './reported-claims.js';

/** The route `deepbind` is left out: RTLD_DEEPBIND passes every override by on every build, and says nothing of this one. */
export function reportTotals(targets: readonly TargetReport[]): Report['totals'] {
	return totalsOf(targets.flatMap(reportedClaims).filter(({route}) => route !== 'deepbind'));
}

export function totalsOf(claims: readonly ClaimReport[]): Report['totals'] {
	const totals = {honored: 0, partial: 0, bypassed: 0, uncalled: 0, absent: 0, inconclusive: 0};
	for (const {verdict} of claims) totals[verdict.kind] += 1;
	return totals;
}
