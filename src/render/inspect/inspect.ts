/** This file writes what `inspect` found in one file. */

import type {InspectSummary, Reach, ReferenceVerdict} from '../../model/binding.js';
import {visible} from '../../model/visible.js';
import {inlinedWords} from '../inlined-words.js';
import {counted, grouped} from '../numbers.js';
import {brush} from '../paint.js';
import {bindingWords} from '../words.js';
import {factSentences} from './facts.js';

export function renderInspect(summary: InspectSummary, colour: boolean): string {
	const paint = brush(colour);
	const {path, soname, buildId, machine, binding, calls, addresses, inlined, facts = []} = summary;
	const isDecoded = !facts.some(({kind}) => kind === 'not-decoded');
	const identity = [machine, soname ?? 'no soname', `build-id ${buildId ?? 'none'}`].join(', ');
	return [
		`${paint.bold(visible(path))}: ${isDecoded ? bindingWords[binding.mode] : 'what its relocations tell'}`,
		`  ${counted(binding.functions, 'exported function')}${binding.functions === 0 ? '' : `: ${verdictCounts(summary)}`}`,
		`  references from inside: calls ${reachWords(calls)}, addresses ${reachWords(addresses)}`,
		`  ${visible(inlinedWords(inlined))}`,
		...factSentences(facts).map(sentence => `  ${sentence}`),
		`  ${paint.dim(visible(identity))}`,
		'',
	].join('\n');
}

/** Worst first. */
export const verdictOrder = [
	'bound',
	'partial',
	'unreferenced',
	'preemptible',
] as const satisfies readonly ReferenceVerdict[];

function verdictCounts({binding}: InspectSummary): string {
	return verdictOrder
		.filter(verdict => binding[verdict] > 0)
		.map(verdict => `${grouped(binding[verdict])} ${verdict}`)
		.join(', ');
}

function reachWords({preemptible, bound}: Reach): string {
	return `${grouped(preemptible)} preemptible + ${grouped(bound)} bound`;
}
