/** This file counts verdicts by kind. */

import type {Report, TargetReport} from './report.js';

export function totalsOf(targets: readonly TargetReport[]): Report['totals'] {
	const totals = {honored: 0, partial: 0, bypassed: 0, uncalled: 0, absent: 0, inconclusive: 0};
	for (const {claims} of targets) for (const {verdict} of claims) totals[verdict.kind]++;
	return totals;
}
