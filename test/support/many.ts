/** This file makes large reports that look like real ones, the same at every run. */

import type {Family, Route} from '../../src/model/claim.js';
import {byCodeUnit} from '../../src/model/order.js';
import type {ClaimReport, Report} from '../../src/model/report.js';
import type {Verdict} from '../../src/model/verdict.js';
import {claim, report, target} from './reports.js';

/** `symbols` functions of the interpreter and libc on `builds` builds, about every seventh call bound. */
export function manyBuilds(builds: number, symbols: number): Report {
	return report(
		Array.from({length: builds}, (_, build) =>
			target({
				id: `cpython-3.${6 + (build % 8)}.1-shared-${String(build).padStart(8, '0')}`,
				claims: Array.from({length: symbols}, (_, index) => claimsOf(index, build))
					.flat()
					.sort((a, b) => byCodeUnit(a.id, b.id)),
				sweep: null,
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
	if (draw < 5) return {kind: 'partial', calls: 90 + draw, bypassed: 1100, because: 'lto'};
	if (draw < 6) return {kind: 'uncalled'};
	if (draw < 7) return {kind: 'absent'};
	if (draw < 8) return {kind: 'inconclusive', because: 'the probe ran into its time limit'};
	return {kind: 'honored', calls: 1500 + draw};
}

/** The same report, with `functions` swept functions in each build. */
export function swept(given: Report, functions: number): Report {
	return {
		...given,
		targets: given.targets.map((one, build) => ({
			...one,
			sweep: {
				functions,
				called: functions,
				calls: {honored: 9 * functions, bypassed: functions},
				symbols: Array.from({length: functions}, (_, index) => ({
					symbol: `PySwept_Function_${String(index).padStart(4, '0')}`,
					callers: [{caller: 'interpreter' as const, honored: (index * 37) % 91, bypassed: (index * 11 + build) % 7}],
					references: {preemptible: index % 9, bound: index % 4},
					tailCalls: 0,
				})),
			},
		})),
	};
}
