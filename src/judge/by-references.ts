/** This file is the rule for calls inside the interpreter whose entries were not counted: the static witness stands in. */

import {callerOf} from './caller.js';
import type {VerdictRule} from './rule.js';
import {shares} from './shares.js';

export const byReferences: VerdictRule = ({claim, counted, witness}) => {
	if (counted.kind === 'unknown') return null;
	const honored = counted.honored[callerOf[claim.route]];
	const references = witness?.bySymbol.get(claim.symbol);
	if (witness === null || references === undefined) {
		return {kind: 'inconclusive', because: 'neither entries nor references of the function could be counted'};
	}
	const bound = references.calls.bound + references.addresses.bound;
	const preemptible = references.calls.preemptible + references.addresses.preemptible;
	if (bound === 0) return shares(honored, 0, 'unknown');
	if (honored > 0) {
		return {
			kind: 'inconclusive',
			because: `${honored} calls ran the override, ${bound} references are bound, and entries were not counted`,
		};
	}
	if (preemptible > 0) {
		return {
			kind: 'inconclusive',
			because: `${bound} of ${bound + preemptible} references are bound, and entries were not counted`,
		};
	}
	return {kind: 'bypassed', bypassed: null, because: witness.causeOf(claim.symbol) ?? 'unknown'};
};
