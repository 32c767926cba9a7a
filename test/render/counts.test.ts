/** This file reads the sentences on contracts and histories for none, one and many. */

import test from 'ava';
import {type Broken, claimKey, type Held} from '../../src/model/contract.js';
import type {History, HistoryChange, HistoryStep} from '../../src/model/history.js';
import {changeSentence, historySentence} from '../../src/render/history/history-words.js';
import {heldHeadline, renderHeld} from '../../src/render/report/broken.js';
import {brokenContract, warnedContract} from '../support/broken.js';

const [one] = brokenContract.broken;

function held(errors: number, open: number, warnings: number, kept: number): Held {
	const some = (count: number, changes: Partial<Broken>): Broken[] =>
		Array.from({length: count}, (_, at) => ({...(one as Broken), target: `build ${at}`, ...changes}));
	return {
		broken: [
			...some(errors, {undecided: false}),
			...some(open, {undecided: true}),
			...some(warnings, {severity: 'warning'}),
		],
		kept: new Set(Array.from({length: kept}, (_, at) => claimKey('build', String(at)))),
		ended: [],
	};
}

// Errors, undecided, warnings, kept; and the sentence.
for (const [errors, open, warnings, kept, sentence] of [
	[0, 0, 0, 0, 'Nothing was asked for: no rule of the contract holds any claim that was tested.'],
	[0, 0, 0, 1, 'The contract is kept: 1 of 1 claim.'],
	[0, 0, 0, 1200, 'The contract is kept: 1,200 of 1,200 claims.'],
	[0, 0, 1, 0, 'No error against the contract, but 1 warning: 0 of 1 claim kept.'],
	[0, 0, 2, 3, 'No error against the contract, but 2 warnings: 3 of 5 claims kept.'],
	[1, 0, 0, 0, 'The contract is broken: 1 of 1 claim on 1 build.'],
	[2, 0, 1, 0, 'The contract is broken: 2 of 3 claims on 2 builds, with 1 warning.'],
	[1, 1, 2, 3, 'The contract is broken: 1 of 7 claims on 1 build, and 1 could not be found out, with 2 warnings.'],
	[0, 1, 0, 0, 'Whether the contract is kept could not be found out for 1 of 1 claim on 1 build.'],
	[0, 2, 1, 9, 'Whether the contract is kept could not be found out for 2 of 12 claims on 2 builds, with 1 warning.'],
] as const) {
	test(`a contract with ${errors} broken, ${open} undecided, ${warnings} warned and ${kept} kept is told in one sentence`, t => {
		t.is(heldHeadline(held(errors, open, warnings, kept)), sentence);
	});
}

test('on a terminal of 40 columns without Unicode a contract is wrapped, but for commands that are to be copied, and long words', t => {
	const text = renderHeld(warnedContract, {columns: 40, colour: false, unicode: false});
	t.regex(text, /^[ -~\n]*$/);
	for (const line of text.split('\n'))
		t.true(line.length <= 40 || line.includes('pyinterpose explain') || /^ *\S+$/.test(line), line);
});

const change = (lost: number, gained: number): HistoryChange => ({
	sameBuild: false,
	lost: names(lost),
	gained: names(gained),
});
const names = (count: number) =>
	Array.from({length: count}, (_, at) => ({
		symbol: `Py${at}`,
		callers: ['interpreter'] as const,
		because: 'lto' as const,
	}));

for (const [since, sentence] of [
	[null, 'first seen'],
	[{sameBuild: true, lost: [], gained: []}, 'the same build'],
	[change(0, 0), 'nothing lost, nothing gained'],
	[change(1, 0), 'lost 1: Py0 (bound by LTO)'],
	[change(0, 1), 'gained 1: Py0'],
	[change(4, 2), 'lost 4: Py0, Py1, Py2, Py3 (bound by LTO); gained 2: Py0, Py1'],
	[change(1101, 0), 'lost 1,101: Py0, Py1, Py2 and 1,098 more (bound by LTO)'],
] as const) {
	test(`a step of a history is told as '${sentence}'`, t => t.is(changeSentence(since), sentence));
}

const step = (since: HistoryChange | null): HistoryStep => ({
	report: 'a.json',
	id: 'x',
	version: '3.11.2',
	buildId: null,
	works: 1,
	functions: 1,
	since,
});
const line = (...changes: readonly HistoryChange[]) => ({name: 'x', steps: [step(null), ...changes.map(step)]});
const history = (reports: number, lines: History['lines']): History => ({
	schema: 1,
	kind: 'history',
	reports: Array.from({length: reports}, (_, at) => `${at}.json`),
	lines,
});
const start = '3 reports, oldest first by file name.';

for (const [told, sentence] of [
	[history(1, []), '1 report. No build was tested.'],
	[history(1, [line()]), '1 report. No build is in more than one: there is nothing to compare.'],
	[history(3, [line(change(0, 0))]), `${start} The build in more than one neither lost nor gained any.`],
	[history(3, [line(change(1, 0))]), `${start} The build in more than one lost overrides.`],
	[
		history(3, [line(change(1, 0), change(0, 1))]),
		`${start} The build in more than one lost overrides and gained some.`,
	],
	[
		history(3, [line(change(0, 0)), line(change(1, 0)), line(change(1, 1)), line()]),
		`${start} Of 3 builds in more than one, 2 lost overrides, 1 gained some and 1 neither lost nor gained any.`,
	],
] as const) {
	test(`a history is told as '${sentence}'`, t => t.is(historySentence(told), sentence));
}
