/** This file knows every word that a report prints and that is neither a page of docs/ nor a function. */

import {bindingModes} from '../model/binding.js';
import {families, routes} from '../model/claim.js';
import {expectations} from '../model/contract.js';
import {verdictKinds} from '../model/verdict.js';
import {adviceOn} from './explain/advice.js';
import {findingWords} from './finding-words.js';
import {bindingWords, callerMeanings, verdictWords} from './words.js';

/** Whole sentences; null where the word is none of ours. */
export function meaningOf(word: string): string | null {
	return meanings.get(word) ?? null;
}

export function knownWords(): readonly string[] {
	return [...meanings.keys()];
}

const expectationMeanings = {
	honored: 'Every call must run the override.',
	'honored-if-called':
		'Every call must run the override, if there is one; where none was made, the references must predict it.',
	'may-be-lost': 'Nothing is asked of the claim.',
	'not-overridable': 'No call may run the override.',
} as const satisfies Record<(typeof expectations)[number], string>;

const others: Readonly<Record<string, string>> = {
	'by references': 'Nobody called these functions; the references in the ELF file say whether an override would run.',
	predicted:
		'Nobody called these functions while the build was tested; the references in its ELF file say whether an override would run.',
	called: 'Some probe or the workload called these functions while the build was tested.',
	workload: 'The broad program that runs while every function is overridden.',
	probe: 'A small Python program that makes one call a known number of times.',
	'not-asked': 'A case of the CI formats: no rule of a contract asks for these claims, so they are skipped.',
	kept: 'A case of the CI formats: a rule of the contract holds these claims, and they are kept.',
};

const meanings: ReadonlyMap<string, string> = new Map([
	...Object.entries(others),
	...expectations.map(word => [word, `What a rule of a contract expects. ${expectationMeanings[word]}`] as const),
	...verdictKinds.map(kind => [kind, `A verdict: ${verdictWords[kind].meaning}.`] as const),
	...bindingModes.map(mode => [mode, `A binding mode: the interpreter is ${bindingWords[mode]}.`] as const),
	...families.map(family => [family, familyMeaning(family)] as const),
	...routes.map(route => [route, callerMeanings[route]] as const),
	...Object.entries(findingWords),
]);

function familyMeaning(family: string): string {
	if (family.startsWith('effect-'))
		return 'A shim that changes a result instead of counting: if Python shows the changed result, the override took effect.';
	const {about} = adviceOn(family, '');
	return `A family of functions${about === null ? '' : ` for ${about}`}.`;
}
