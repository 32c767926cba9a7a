/** This file shows how a report's numbers of the workload are added up, and what is in no total. */

import test from 'ava';
import type {Caller} from '../../src/model/claim.js';
import type {FunctionReport} from '../../src/model/report.js';
import {reportTotals} from '../../src/model/totals.js';
import {workloadTotals} from '../../src/model/workload-totals.js';
import {claim, functionsOf, target} from '../support/reports.js';

type Row = readonly [caller: Caller, honored: number, bypassed: number | null];

function called(symbol: string, ...rows: readonly Row[]): FunctionReport {
	return {
		symbol,
		family: null,
		definedBy: 'interpreter',
		references: null,
		inlined: null,
		calls: rows.map(([caller, honored, bypassed]) => ({
			caller,
			honored,
			bypassed,
			probe: null,
			workload: {honored, bypassed},
			verdict: {kind: 'absent'},
		})),
	};
}

test('a function is honored throughout where no caller passes by', t => {
	const functions = [
		called('whole', ['interpreter', 5, 0], ['extension', 2, 0]),
		called('split', ['interpreter', 5, 0], ['extension', 0, 3]),
		called('never', ['interpreter', 0, 0]),
	];
	t.deepEqual(workloadTotals({functions}), {overridden: 3, called: 2, whole: 1, honored: 12, bypassed: 3});
	t.deepEqual(workloadTotals({functions}, 'extension'), {overridden: 2, called: 2, whole: 1, honored: 2, bypassed: 3});
});

test('where nothing past an override was counted, its sum is unknown', t => {
	t.is(workloadTotals({functions: [called('f', ['interpreter', 5, null])]})?.bypassed, null);
	t.is(
		workloadTotals({functions: [called('f', ['interpreter', 5, null]), called('g', ['interpreter', 1, 2])]})?.bypassed,
		2,
	);
});

test('without a workload there are no totals', t => {
	t.is(workloadTotals(target()), null);
});

test('RTLD_DEEPBIND is in no total of a report, and every other route is', t => {
	const bypassed = {kind: 'bypassed', bypassed: 9, because: 'deepbind'} as const;
	const of = (route: 'deepbind' | 'dlsym') =>
		reportTotals([target({functions: functionsOf([claim('malloc', route, bypassed, 'libc-memory')])})]).bypassed;
	t.deepEqual([of('deepbind'), of('dlsym')], [0, 1]);
});
