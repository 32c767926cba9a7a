/** This file gathers what speaks for one cause or another, where an object's binding mode cannot be told. */

import type {BindingFact, BindingMode} from '../model/binding.js';
import type {FunctionEvidence, ObjectEvidence} from './evidence.js';

/** Empty where the mode is told. */
export function bindingFacts({decoded, units, functions}: ObjectEvidence, mode: BindingMode): readonly BindingFact[] {
	if (mode !== 'mixed') return [];
	const facts = kinds.map(([kind, shows]) => ({kind, functions: functions.filter(shows).length}));
	const shown = facts.filter(fact => fact.functions > 0);
	if (!decoded) return [{kind: 'not-decoded', functions: functions.length}, ...shown];
	return units === 'stripped' ? [...shown, {kind: 'stripped', functions: functions.length}] : shown;
}

const kinds: readonly (readonly [
	Exclude<BindingFact['kind'], 'stripped' | 'not-decoded'>,
	(target: FunctionEvidence) => boolean,
])[] = [
	['bound-calls', ({boundByOthers}) => boundByOthers > 0],
	['bound-data', ({boundData}) => boundData > 0],
	['named', ({namedCalls, namedData}) => namedCalls + namedData > 0],
	['private-name', ({privateName, calls, addresses}) => privateName && calls.bound + addresses.bound > 0],
	['compiler-alias', ({localAlias}) => localAlias],
	['irelative-slot', ({function: {ifunc}, calls}) => ifunc && calls.bound > 0],
	['adjusting-thunk', ({function: {ifunc}, calls, boundByOthers}) => !ifunc && calls.bound > boundByOthers],
];
