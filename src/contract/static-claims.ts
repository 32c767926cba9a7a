/** This file states what the static witness shows of an ELF object in the words of claims, so that a contract can hold it. */

import type {BindingMode, InspectReport, SymbolReferences} from '../model/binding.js';
import type {ClaimReport} from '../model/reported-claims.js';
import type {Cause, Verdict} from '../model/verdict.js';

/** One claim for each exported function: calls from inside the object, and addresses that it takes. */
export function staticClaims({machine, symbols, binding, facts = []}: InspectReport): readonly ClaimReport[] {
	// Relocations alone show no call that is bound.
	const isDecoded = !facts.some(({kind}) => kind === 'not-decoded');
	const unknown: Verdict = {kind: 'inconclusive', because: `the code of the machine ${machine} is not decoded`};
	return symbols.map(references => ({
		id: `${references.symbol}/interpreter`,
		symbol: references.symbol,
		route: 'interpreter',
		family: 'object-file',
		verdict: isDecoded ? verdictOf(references, causeOf[binding.mode]) : unknown,
	}));
}

function verdictOf({calls, addresses, verdict}: SymbolReferences, because: Cause): Verdict {
	const preemptible = calls.preemptible + addresses.preemptible;
	const bound = calls.bound + addresses.bound;
	switch (verdict) {
		case 'preemptible':
			return {kind: 'honored', calls: preemptible};
		case 'partial':
			return {kind: 'partial', calls: preemptible, bypassed: bound, bound, because};
		case 'bound':
			return {kind: 'bypassed', bypassed: bound, because};
		case 'unreferenced':
			return {kind: 'uncalled', references: 0, 'would-be': null};
	}
}

const causeOf = {
	preemptible: 'unknown',
	'no-semantic-interposition': 'same-unit',
	'no-semantic-interposition-lto': 'lto',
	'symbolic-functions': 'symbolic-functions',
	symbolic: 'symbolic',
	protected: 'protected',
	executable: 'executable-defines-it',
	mixed: 'unknown',
} as const satisfies Record<BindingMode, Cause>;
