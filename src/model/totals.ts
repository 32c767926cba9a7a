/** This file counts claims by the kind of their verdict. */

import type {ClaimReport} from './report.js';
import type {VerdictKind} from './verdict.js';

export function totalsOf(claims: readonly ClaimReport[]): Record<VerdictKind, number> {
	const totals = {honored: 0, partial: 0, bypassed: 0, uncalled: 0, absent: 0, inconclusive: 0};
	for (const {verdict} of claims) totals[verdict.kind] += 1;
	return totals;
}
