/** This file holds the judge to its table of rules: every verdict, each beside the one that a single number would change. */

import test from 'ava';
import {judgeCalls} from '../../src/judge/judge.js';
import {rules} from '../../src/judge/rules.js';
import type {CallsEvidence, FirstDefinition, ProbedCalls} from '../../src/model/evidence.js';
import type {Counts} from '../../src/model/report.js';
import type {Cause, Verdict} from '../../src/model/verdict.js';

interface Given {
	readonly defined?: boolean;
	/** Honored, bypassed (null: not counted), made (null: the interpreter's own calls). No probe where it is left out. */
	readonly probe?: readonly [honored: number, bypassed: number | null, made: number | null];
	readonly unknown?: string;
	readonly workload?: readonly [honored: number, bypassed: number | null];
	/** Preemptible, bound. The caller has not been read where it is left out. */
	readonly references?: readonly [number, number];
	readonly byNameOnly?: boolean;
	readonly first?: FirstDefinition;
	readonly cause?: Cause;
	readonly dropped?: boolean;
}

const says = test.macro((t, given: Given, expected: Verdict) => {
	t.deepEqual(judgeCalls(evidence(given)).verdict, expected);
});

function evidence(given: Given): CallsEvidence {
	const {defined = true, references, byNameOnly = false, first = null, cause = 'same-unit', dropped = false} = given;
	return {
		symbol: 'f',
		family: null,
		caller: 'interpreter',
		defined,
		probe: probed(given),
		workload: counts(given.workload),
		references:
			references === undefined
				? null
				: {preemptible: references[0], bound: references[1], recursive: 7, folded: 7, inlined: 7},
		byNameOnly,
		preload: dropped ? 'dropped' : 'kept',
		first,
		cause,
	};
}

function probed({probe, unknown}: Given): ProbedCalls | null {
	if (unknown !== undefined) return {kind: 'unknown', reason: unknown};
	if (probe === undefined) return null;
	const [honored, bypassed, made] = probe;
	return {kind: 'counted', honored, bypassed, made};
}

function counts(given: Given['workload']): Counts | null {
	return given === undefined ? null : {honored: given[0], bypassed: given[1]};
}

const honored = (calls: number): Verdict => ({kind: 'honored', calls});
const partial = (calls: number, bypassed: number, bound: number): Verdict => ({
	kind: 'partial',
	calls,
	bypassed,
	bound,
	because: 'same-unit',
});
const bypassed = (calls: number | null, because: Cause = 'same-unit'): Verdict => ({
	kind: 'bypassed',
	bypassed: calls,
	because,
});
const uncalled = (references: number, wouldBe: 'honored' | 'partial' | 'bypassed' | null): Verdict => ({
	kind: 'uncalled',
	references,
	'would-be': wouldBe,
});
const inconclusive = (because: string): Verdict => ({kind: 'inconclusive', because});

// What keeps a number that proves nothing from being taken for an answer.
test(
	'what no object exports is absent, whatever was counted',
	says,
	{defined: false, probe: [1, 0, null]},
	{kind: 'absent'},
);
test(
	'a probe that fails its controls is inconclusive, whatever the references say',
	says,
	{unknown: 'the shim did not load', references: [0, 3]},
	inconclusive('the shim did not load'),
);
test(
	'so it is whatever the workload saw',
	says,
	{unknown: 'the shim did not load', workload: [5, 0], references: [1, 0]},
	inconclusive('the shim did not load'),
);
test('a probe that made no call proves nothing', says, {probe: [0, null, 0]}, inconclusive('the probe made no call'));
test(
	'more calls counted than made are a fault of ours',
	says,
	{probe: [21, null, 20]},
	inconclusive('20 calls were made and 21 counted'),
);
test(
	'entries that do not add up to the calls made are a fault of ours',
	says,
	{probe: [0, 19, 20]},
	inconclusive('of 20 calls 0 ran the override and 19 entered the function without it'),
);
test('entries that add up leave the verdict', says, {probe: [0, 20, 20]}, bypassed(20));

test(
	'where no preload reaches the Python every call passes by, whatever the references say',
	says,
	{dropped: true, unknown: 'nothing was counted', references: [4, 0]},
	bypassed(null, 'preload-dropped'),
);

// Calls that our own object made: what was not seen has passed by.
test('all calls made ran the override: honored', says, {probe: [20, null, 20]}, honored(20));
test('all but one: partial', says, {probe: [19, null, 20]}, partial(19, 1, 0));
test('none: bypassed', says, {probe: [0, null, 20]}, bypassed(20));

// Probe and workload are added up: the verdict is the build's, not that of one call site.
test(
	'a probe without a call beside a workload that passes by is bypassed',
	says,
	{probe: [0, 0, null], workload: [0, 34_585], references: [0, 20]},
	bypassed(34_585),
);
test(
	'a probe that is honored beside a workload that passes by is partial',
	says,
	{probe: [20, null, 20], workload: [13, 2056]},
	partial(33, 2056, 0),
);
test(
	'a probe that passes by beside a workload that is honored is partial',
	says,
	{probe: [0, 20, null], workload: [5, 0], references: [1, 1]},
	partial(5, 20, 1),
);
test(
	'honored in both is honored, by the sum',
	says,
	{probe: [20, 0, null], workload: [5, 0], references: [1, 0]},
	honored(25),
);
test('a workload alone decides where there is no probe', says, {workload: [5, 0], references: [1, 0]}, honored(5));
test(
	'a bound reference makes honored calls partial, although none of them passed by',
	says,
	{workload: [5, 0], references: [15, 1]},
	partial(5, 0, 1),
);
test('references of recursion and of folding bind nothing', says, {workload: [5, 0], references: [15, 0]}, honored(5));
test(
	'no call and no reference: the build makes no such call',
	says,
	{workload: [0, 0], references: [0, 0]},
	uncalled(0, null),
);
test(
	'no call, but references that an override reaches: would be honored',
	says,
	{workload: [0, 0], references: [4, 0]},
	uncalled(4, 'honored'),
);
test(
	'no call, but references of both sorts: would be partial',
	says,
	{workload: [0, 0], references: [4, 1]},
	uncalled(5, 'partial'),
);
test(
	'no call, but bound references: would be bypassed',
	says,
	{probe: [0, 0, null], references: [0, 2]},
	uncalled(2, 'bypassed'),
);

// Where entries were not counted, the references stand in.
test(
	'entries not counted, no bound reference: honored',
	says,
	{probe: [5, null, null], references: [2, 0]},
	honored(5),
);
test(
	'entries not counted, no bound reference, no call: uncalled',
	says,
	{probe: [0, null, null], references: [2, 0]},
	uncalled(2, 'honored'),
);
test(
	'entries not counted, bound references only: bypassed, by how many calls is not known',
	says,
	{probe: [0, null, null], references: [0, 2]},
	bypassed(null),
);
test(
	'entries not counted, calls seen beside bound references: inconclusive',
	says,
	{probe: [5, null, null], references: [2, 1]},
	inconclusive('5 calls ran the override, 1 references are bound, and entries were not counted'),
);
test(
	'entries not counted, none seen, references of both sorts: inconclusive',
	says,
	{probe: [0, null, null], references: [2, 1]},
	inconclusive('1 of 3 references are bound, and entries were not counted'),
);
test(
	'entries not counted and references not read: a zero is inconclusive',
	says,
	{probe: [0, null, null]},
	inconclusive('neither entries nor references of the function could be counted'),
);
test(
	'so is a count',
	says,
	{probe: [5, null, null]},
	inconclusive('neither entries nor references of the function could be counted'),
);
test(
	'the workload’s entries not counted leave a probe’s exact counts without a sum',
	says,
	{probe: [20, 0, null], workload: [5, null], references: [2, 1]},
	inconclusive('25 calls ran the override, 1 references are bound, and entries were not counted'),
);

// A caller that has no way but the name.
test('by name only, a count is honored', says, {byNameOnly: true, probe: [7, null, null]}, honored(7));
test('by name only, no call is uncalled', says, {byNameOnly: true, probe: [0, null, null]}, uncalled(0, null));
test(
	'by name only, with another definition before the override: bypassed',
	says,
	{byNameOnly: true, probe: [0, null, null], first: {kind: 'executable'}, cause: 'executable-defines-it'},
	bypassed(null, 'executable-defines-it'),
);
test(
	'so with another object',
	says,
	{
		byNameOnly: true,
		probe: [0, null, null],
		first: {kind: 'other', soname: 'liballoc.so'},
		cause: 'other-object-defines-it',
	},
	bypassed(null, 'other-object-defines-it'),
);
test(
	'with our override first it is uncalled',
	says,
	{byNameOnly: true, probe: [0, null, null], first: {kind: 'override'}},
	uncalled(0, null),
);
test(
	'so it is not of a function that the caller does not refer to',
	says,
	{byNameOnly: true, probe: [0, null, null], references: [0, 0], first: {kind: 'executable'}},
	uncalled(0, null),
);
test(
	'so it is of an interpreter whose references are all bound: they lead to its own definition',
	says,
	{probe: [0, 0, null], references: [0, 3], first: {kind: 'executable'}},
	uncalled(3, 'bypassed'),
);
test(
	'one that refers to the function by name passes the override by, where another definition stands first',
	says,
	{probe: [0, 0, null], references: [3, 0], first: {kind: 'executable'}, cause: 'executable-defines-it'},
	bypassed(null, 'executable-defines-it'),
);
test(
	'so it does where entries were not counted',
	says,
	{workload: [0, null], references: [3, 0], first: {kind: 'other', soname: 'liballoc.so'}},
	bypassed(null),
);
test(
	'with our override first it would be honored',
	says,
	{probe: [0, 0, null], references: [3, 0], first: {kind: 'override'}},
	uncalled(3, 'honored'),
);
test(
	'what entered the real function all the same is told with its number',
	says,
	{workload: [0, 5], references: [3, 0], first: {kind: 'executable'}},
	bypassed(5),
);
test(
	'calls that ran another definition need not enter the real function',
	says,
	{probe: [0, 0, 20], first: {kind: 'executable'}, cause: 'executable-defines-it'},
	bypassed(20, 'executable-defines-it'),
);
test(
	'where some ran the override it explains no call that is missing',
	says,
	{probe: [1, 0, 20], first: {kind: 'executable'}},
	inconclusive('of 20 calls 1 ran the override and 0 entered the function without it'),
);
test(
	'nor an entry too many',
	says,
	{probe: [0, 21, 20], first: {kind: 'executable'}},
	inconclusive('of 20 calls 0 ran the override and 21 entered the function without it'),
);
test(
	'so it is of a function that the interpreter’s file holds for itself, to which no symbol refers',
	says,
	{byNameOnly: true, probe: [0, null, null], references: [0, 0], first: {kind: 'hidden'}},
	bypassed(null),
);
test(
	'another definition before the override explains no call that ran it',
	says,
	{byNameOnly: true, probe: [7, null, null], first: {kind: 'executable'}},
	honored(7),
);

test('every rule is one sentence, and no two say the same', t => {
	const sentences = rules.map(({says}) => says);
	for (const sentence of sentences) t.regex(sentence, /^[A-Z][^.]*\.$/);
	t.is(new Set(sentences).size, sentences.length);
});

test('the row of a report has the sums, and each part beside them', t => {
	const row = judgeCalls(evidence({probe: [19, 1, 20], workload: [5, 3], references: [1, 1]}));
	t.deepEqual(
		[row.honored, row.bypassed, row.probe, row.workload],
		[24, 4, {honored: 19, bypassed: 1}, {honored: 5, bypassed: 3}],
	);
});
