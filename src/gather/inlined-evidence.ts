/** This file defines what debug information tells of inlined copies, as it is kept. */

import type {InlinedTotals} from '../model/binding.js';
import type {InlinedPlace} from '../model/explanation.js';

export type InlinedEvidence =
	| {
			readonly kind: 'known';
			/** By symbol; a function that is inlined nowhere is not there. */
			readonly functions: Readonly<Record<string, readonly InlinedPlace[]>>;
			/** All of them, those of a function with several names once. */
			readonly places: number;
	  }
	/** `reason`: a clause without a full stop. */
	| {readonly kind: 'unknown'; readonly reason: string};

export function inlinedPlaces(evidence: InlinedEvidence, symbol: string): readonly InlinedPlace[] | null {
	if (evidence.kind === 'unknown') return null;
	return Object.hasOwn(evidence.functions, symbol) ? (evidence.functions[symbol] ?? []) : [];
}

export function inlinedTotals(evidence: InlinedEvidence): InlinedTotals {
	if (evidence.kind === 'unknown') return {places: null, functions: null, reason: evidence.reason};
	return {places: evidence.places, functions: Object.keys(evidence.functions).length, reason: null};
}
