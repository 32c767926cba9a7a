/**
 * This file holds the rules by which evidence becomes a verdict, as a table: the first that answers decides. The last
 * four are the table of verdicts in docs/index.md; those before them keep a number that proves nothing from being taken for an answer.
 */

import type {CallsEvidence, FirstDefinition} from '../model/evidence.js';
import type {Prediction, Verdict} from '../model/verdict.js';

export interface JudgeRule {
	/** The rule, as one sentence. */
	readonly says: string;
	/** Null leaves the evidence to the next rule. */
	verdict(evidence: SummedEvidence): Verdict | null;
}

/** Evidence with the sums of its counts: what ran the override, and what is known to have passed it by. */
export interface SummedEvidence extends CallsEvidence {
	readonly honored: number;
	/** Null where calls that passed the override by could not be counted. */
	readonly bypassed: number | null;
	readonly preemptible: number;
	readonly bound: number;
}

export const rules: readonly JudgeRule[] = [
	{
		says: 'A function that no object exports is absent.',
		verdict: ({defined}) => (defined ? null : {kind: 'absent'}),
	},
	{
		says: 'Where LD_PRELOAD is dropped on the way to the Python, every call passes every override by.',
		verdict: ({preload}) =>
			preload === 'dropped' ? {kind: 'bypassed', bypassed: null, because: 'preload-dropped'} : null,
	},
	{
		says: 'A probe that could not be taken, or that fails its controls, leaves its claim inconclusive.',
		verdict: ({probe}) => (probe?.kind === 'unknown' ? inconclusive(probe.reason) : null),
	},
	{
		says: 'A probe that made no call proves nothing.',
		verdict: ({probe}) =>
			probe?.kind === 'counted' && probe.made === 0 ? inconclusive('the probe made no call') : null,
	},
	{
		says: 'More calls counted than made are a fault of the counting.',
		verdict: ({probe}) =>
			probe?.kind === 'counted' && probe.made !== null && probe.honored > probe.made
				? inconclusive(`${probe.made} calls were made and ${probe.honored} counted`)
				: null,
	},
	{
		says: 'Calls that ran the override and entries without it must add up to the calls made.',
		verdict: ({probe, first}) => {
			if (probe?.kind !== 'counted' || probe.made === null || probe.bypassed === null) return null;
			const {made, honored, bypassed} = probe;
			// Calls that ran another definition entered neither.
			if (honored + bypassed === made || (honored === 0 && bypassed < made && standsBefore(first))) return null;
			return inconclusive(
				`of ${made} calls ${honored} ran the override and ${bypassed} entered the function without it`,
			);
		},
	},
	{
		says: 'Where another definition stands before the override, who calls by name passes the override by.',
		verdict: ({first, honored, bypassed, references, preemptible, cause}) => {
			// What was counted is told with its number.
			if (!standsBefore(first) || honored > 0 || (bypassed ?? 0) > 0) return null;
			// Whoever has no such reference to the function calls it neither here nor there, but for what needs none.
			const refers = references === null || preemptible > 0 || first?.kind === 'hidden';
			return refers ? {kind: 'bypassed', bypassed: null, because: cause} : null;
		},
	},
	{
		says: 'Where entries were not counted and no reference is bound, nothing can pass the override by.',
		verdict: ({bypassed, references, honored, bound, preemptible}) => {
			if (bypassed !== null || references === null || bound > 0) return null;
			return honored > 0 ? {kind: 'honored', calls: honored} : uncalled(preemptible, bound);
		},
	},
	{
		says: 'Where entries were not counted and every reference is bound, every call passes the override by.',
		verdict: ({bypassed, references, honored, bound, preemptible, cause}) =>
			bypassed === null && references !== null && honored === 0 && preemptible === 0 && bound > 0
				? {kind: 'bypassed', bypassed: null, because: cause}
				: null,
	},
	{
		says: 'Where entries were not counted and the references do not decide it, it could not be found out.',
		verdict: ({bypassed, references, honored, bound, preemptible}) => {
			if (bypassed !== null) return null;
			if (references === null) {
				return inconclusive('neither entries nor references of the function could be counted');
			}
			return inconclusive(
				honored > 0
					? `${honored} calls ran the override, ${bound} references are bound, and entries were not counted`
					: `${bound} of ${bound + preemptible} references are bound, and entries were not counted`,
			);
		},
	},
	{
		says: 'Some call ran the override, none passed it by, and no reference is bound: honored.',
		verdict: ({honored, bypassed, bound}) =>
			honored > 0 && bypassed === 0 && bound === 0 ? {kind: 'honored', calls: honored} : null,
	},
	{
		says: 'Some call ran the override, and some passed it by or some reference is bound: partial.',
		verdict: ({honored, bypassed, bound, cause}) =>
			honored > 0 ? {kind: 'partial', calls: honored, bypassed: bypassed ?? 0, bound, because: cause} : null,
	},
	{
		says: 'No call ran the override, and some passed it by: bypassed.',
		verdict: ({bypassed, cause}) =>
			bypassed !== null && bypassed > 0 ? {kind: 'bypassed', bypassed, because: cause} : null,
	},
	{
		says: 'No call was made: uncalled, with what the references predict.',
		verdict: ({preemptible, bound}) => uncalled(preemptible, bound),
	},
];

/** Nothing counts the calls that such a definition takes: they run neither the override nor the real function. */
function standsBefore(first: FirstDefinition | null): boolean {
	return first !== null && first.kind !== 'override';
}

function inconclusive(because: string): Verdict {
	return {kind: 'inconclusive', because};
}

function uncalled(preemptible: number, bound: number): Verdict {
	return {kind: 'uncalled', references: preemptible + bound, 'would-be': predicted(preemptible, bound)};
}

function predicted(preemptible: number, bound: number): Prediction | null {
	if (preemptible === 0) return bound === 0 ? null : 'bypassed';
	return bound === 0 ? 'honored' : 'partial';
}
