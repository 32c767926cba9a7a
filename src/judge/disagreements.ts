/** This file finds where the counted and the static witness contradict each other: a finding that names both. */

import type {StaticWitness, SymbolReferences} from '../model/binding.js';
import type {ProbedClaim} from '../model/evidence.js';
import type {Finding} from '../model/report.js';

/** Only the claims that the interpreter itself takes: the static witness speaks of nothing else. */
export function disagreements(
	probed: readonly ProbedClaim[],
	{bySymbol}: Pick<StaticWitness, 'bySymbol'>,
): readonly Finding[] {
	return probed.flatMap(({claim, counted}): Finding[] => {
		const references = bySymbol.get(claim.symbol);
		if (counted.kind === 'unknown' || references === undefined) return [];
		if (claim.route !== 'interpreter' && claim.route !== 'table') return [];
		return [
			...contradiction(claim.id, counted.honored.interpreter, 'ran the override', 'preemptible', references),
			...contradiction(claim.id, counted.bypassed?.interpreter ?? 0, 'passed it by', 'bound', references),
		];
	});
}

function contradiction(
	id: string,
	calls: number,
	did: string,
	reach: 'preemptible' | 'bound',
	{calls: direct, addresses, recursive, folded}: SymbolReferences,
): readonly Finding[] {
	const apart = reach === 'bound' ? recursive + folded : 0;
	if (calls === 0 || direct[reach] + addresses[reach] + apart > 0) return [];
	return [
		{
			kind: 'witnesses-disagree',
			message: `${id}: counted, ${calls} calls ${did}; static, the interpreter has no ${reach} reference to the function.`,
		},
	];
}
