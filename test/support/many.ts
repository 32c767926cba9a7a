/** This file makes large reports that look like real ones, the same at every run. */

import type {Family, Route} from '../../src/model/claim.js';
import {byCodeUnit} from '../../src/model/order.js';

import type {FunctionReport, Report} from '../../src/model/report.js';
import type {ClaimReport} from '../../src/model/reported-claims.js';

import type {Verdict} from '../../src/model/verdict.js';
import {claim, functionsOf, report, target} from './reports.js';

/** `symbols` functions of the interpreter and libc on `builds` builds, about every seventh call bound. */
export function manyBuilds(builds: number, symbols: number): Report {
	return report(
		Array.from({length: builds}, (_, build) =>
			target({
				id: `cpython-3.${6 + (build % 8)}.1-shared-${String(build).padStart(8, '0')}`,
				functions: functionsOf(Array.from({length: symbols}, (_, index) => claimsOf(index, build)).flat()),
				findings: [],
			}),
		),
	);
}

const kinds: readonly {family: Family; stem: string; routes: readonly Route[]}[] = [
	{family: 'error', stem: 'PyErr_Function', routes: ['interpreter', 'extension', 'executable', 'dlsym']},
	{
		family: 'object',
		stem: 'PyObject_CallFunctionObjArgs',
		routes: ['interpreter', 'table', 'extension', 'executable', 'dlsym'],
	},
	{family: 'memory', stem: '_PyMem_', routes: ['interpreter', 'extension', 'executable', 'dlsym']},
	{
		family: 'libc-io',
		stem: 'open',
		routes: ['interpreter', 'executable', 'extension', 'deepbind', 'library', 'dlsym'],
	},
];

function claimsOf(index: number, build: number): ClaimReport[] {
	const {family, stem, routes} = kinds[index % kinds.length] as (typeof kinds)[number];
	return routes.map((route, place) => claim(`${stem}${index}`, route, verdictOf(index, build, place, route), family));
}

function verdictOf(index: number, build: number, place: number, route: Route): Verdict {
	if (route === 'deepbind') return {kind: 'bypassed', bypassed: 100, because: 'deepbind'};
	if (place > 1) return {kind: 'honored', calls: 100};
	const draw = (index * 7 + build * 11 + place * 5) % 23;
	if (draw < 3) return {kind: 'bypassed', bypassed: 100 * draw + 100, because: 'same-unit'};
	if (draw < 5) return {kind: 'partial', calls: 90 + draw, bypassed: 1100, bound: 3, because: 'lto'};
	if (draw < 6) return {kind: 'uncalled', references: 0, 'would-be': null};
	if (draw < 7) return {kind: 'absent'};
	if (draw < 8) return {kind: 'inconclusive', because: 'the probe ran into its time limit'};
	return {kind: 'honored', calls: 1500 + draw};
}

/** The same report, with `functions` more functions in each build, called by the workload alone. */
export function swept(given: Report, functions: number): Report {
	return {
		...given,
		targets: given.targets.map((one, build) => ({
			...one,
			functions: [...one.functions, ...Array.from({length: functions}, (_, index) => sweptFunction(index, build))].sort(
				(a, b) => byCodeUnit(a.symbol, b.symbol),
			),
		})),
	};
}

function sweptFunction(index: number, build: number): FunctionReport {
	const counts = {honored: (index * 37) % 91, bypassed: (index * 11 + build) % 7};
	const references = {preemptible: index % 9, bound: index % 4, recursive: 0, folded: 0, inlined: null};
	return {
		symbol: `PySwept_Function_${String(index).padStart(4, '0')}`,
		family: null,
		definedBy: 'interpreter',
		references,
		inlined: null,
		calls: [{caller: 'interpreter', ...counts, probe: null, workload: counts, verdict: sweptVerdict(counts)}],
	};
}

function sweptVerdict({honored, bypassed}: {honored: number; bypassed: number}): Verdict {
	if (honored === 0 && bypassed === 0) return {kind: 'uncalled', references: 1, 'would-be': 'honored'};
	if (honored === 0) return {kind: 'bypassed', bypassed, because: 'same-unit'};
	return bypassed === 0
		? {kind: 'honored', calls: honored}
		: {kind: 'partial', calls: honored, bypassed, bound: 1, because: 'same-unit'};
}
