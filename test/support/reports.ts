/** This file holds reports made by hand: one verdict of each kind, several builds, hostile text in every field. */

import type {Family, Route} from '../../src/model/claim.js';
import {byCodeUnit} from '../../src/model/order.js';

import type {CallsReport, FunctionReport, Report, TargetReport} from '../../src/model/report.js';
import {type ClaimReport, reportedClaims} from '../../src/model/reported-claims.js';
import {reportTotals} from '../../src/model/totals.js';
import type {Verdict} from '../../src/model/verdict.js';

/** Moves the cursor, reverses the line, ends tags and comments, breaks tables. */
export const hostile = '\u001b[2J\u202e<script>alert(1)</script>]]>--|"\'&\u0000\n\r`*_\ud800%0A::error::';

export function claim(symbol: string, route: Route, verdict: Verdict, family: Family = 'error'): ClaimReport {
	return {id: `${symbol}/${route}`, symbol, route, family, verdict};
}

/** A claim of every kind of verdict, both forms of `bypassed` included. */
export const oneOfEach: readonly ClaimReport[] = sorted([
	claim('PyErr_Occurred', 'interpreter', {kind: 'partial', calls: 12, bypassed: 52, bound: 2, because: 'same-unit'}),
	claim('PyErr_Occurred', 'extension', {kind: 'honored', calls: 64}),
	claim('PyErr_Occurred', 'dlsym', {kind: 'honored', calls: 1_234_567}),
	claim('PyErr_SetString', 'interpreter', {kind: 'bypassed', bypassed: 64, because: 'lto'}),
	claim('PyErr_Clear', 'interpreter', {kind: 'bypassed', bypassed: null, because: 'symbolic-functions'}),
	claim('PyObject_GetAttr', 'table', {kind: 'uncalled', references: 3, 'would-be': 'honored'}, 'object'),
	claim('PyObject_Vectorcall', 'extension', {kind: 'absent'}, 'call'),
	claim(
		'PyMem_Malloc',
		'interpreter',
		{kind: 'inconclusive', because: 'the probe ended with signal SIGSEGV'},
		'memory',
	),
	claim('malloc', 'interpreter', {kind: 'honored', calls: 1}, 'libc-memory'),
	claim('malloc', 'deepbind', {kind: 'bypassed', bypassed: 1, because: 'deepbind'}, 'libc-memory'),
	claim('effect-time', 'interpreter', {kind: 'honored', calls: 1}, 'effect-time'),
]);

/** Of an object without debug information. */
export const inlinedUnknown = {places: null, functions: null, reason: 'it has no debug information'} as const;

export function target(changes: Partial<TargetReport> = {}): TargetReport {
	return {
		id: 'cpython-3.11.2-shared-1a2b3c4d',
		executable: '/usr/bin/python3.11',
		interpreter: {
			path: '/usr/lib/libpython3.11.so.1.0',
			soname: 'libpython3.11.so.1.0',
			buildId: '1a2b3c4d5e6f',
			linkage: 'shared',
		},
		python: {implementation: 'cpython', version: '3.11.2', abiflags: '', debug: false, freeThreaded: false},
		declared: {facts: [{name: 'Py_ENABLE_SHARED', value: '1', source: 'sysconfig'}]},
		binding: {mode: 'no-semantic-interposition', functions: 10, preemptible: 4, partial: 3, bound: 2, unreferenced: 1},
		inlined: {places: 12, functions: 6, reason: null},
		functions: functionsOf(oneOfEach),
		findings: [{kind: 'linkage-contradicts', message: 'The build says it is static; its ELF files say shared.'}],
		...changes,
	};
}

export function report(targets: readonly TargetReport[], failures: Report['failures'] = []): Report {
	return {
		schema: 2,
		tool: {name: 'pyinterpose', version: '0.1.0'},
		host: {machine: 'x86_64', libc: 'glibc 2.36', kernel: '6.1.0'},
		targets,
		failures,
		totals: reportTotals(targets),
	};
}

/** One build with one verdict of each kind, and one target that could not be tested. */
export const everyKind: Report = report([target()], [{target: '/bin/true', message: 'It is not a Python.'}]);

/** Two builds of one version: the second honors every override, and lacks nothing. */
export const twoBuilds: Report = report([
	target(),
	target({
		id: 'cpython-3.11.7-shared-99999999',
		interpreter: {...target().interpreter, buildId: '999999995e6f'},
		python: {implementation: 'cpython', version: '3.11.7', abiflags: 'd', debug: true, freeThreaded: false},
		binding: {mode: 'preemptible', functions: 10, preemptible: 9, partial: 0, bound: 0, unreferenced: 1},
		functions: functionsOf(oneOfEach.map(one => ({...one, verdict: {kind: 'honored', calls: 64}}))),
		findings: [],
	}),
]);

/** No claim, no build, no failure. */
export const nothing: Report = report([]);

/** Hostile text wherever the schema allows text. */
export const hostileReport: Report = report(
	[
		target({
			id: hostile,
			executable: hostile,
			interpreter: {path: hostile, soname: hostile, buildId: hostile, linkage: 'shared'},
			python: {implementation: hostile, version: hostile, abiflags: hostile, debug: true, freeThreaded: true},
			declared: {facts: [{name: hostile, value: hostile, source: hostile}]},
			inlined: {places: null, functions: null, reason: hostile},
			functions: functionsOf(
				oneOfEach.map(one => ({
					...one,
					symbol: `${hostile}${one.symbol}`,
					verdict: one.verdict.kind === 'inconclusive' ? {kind: 'inconclusive', because: hostile} : one.verdict,
				})),
			),
			findings: [{kind: hostile, message: hostile}],
		}),
	],
	[{target: hostile, message: hostile}],
);

/** Functions with the given claims, and the counts that their verdicts speak of. */
export function functionsOf(claims: readonly Omit<ClaimReport, 'id'>[]): readonly FunctionReport[] {
	const bySymbol = new Map<string, FunctionReport>();
	for (const {symbol, family, route, verdict} of claims) {
		const found = bySymbol.get(symbol);
		const calls = [...(found?.calls ?? []), callsOf(route, verdict)].sort((a, b) => byCodeUnit(a.caller, b.caller));
		bySymbol.set(symbol, {
			symbol,
			family: family.endsWith('*') ? null : (family as Family),
			definedBy: family.startsWith('libc-') || family.startsWith('effect-') ? 'libc' : 'interpreter',
			references:
				family.startsWith('libc-') || family.startsWith('effect-')
					? null
					: {preemptible: 3, bound: 1, recursive: 1, folded: 0, inlined: 2},
			inlined: family.startsWith('error') ? {calls: 7, counted: 2, left: 1} : null,
			calls,
		});
	}
	return [...bySymbol.values()].sort((a, b) => byCodeUnit(a.symbol, b.symbol));
}

/** The claims of a hand-made target, changed, as its functions. */
export function changed(one: TargetReport, change: (claim: ClaimReport) => ClaimReport): readonly FunctionReport[] {
	return functionsOf(reportedClaims(one).map(change));
}

function callsOf(caller: Route, verdict: Verdict): CallsReport {
	const counts = {
		honored: 'calls' in verdict ? verdict.calls : 0,
		bypassed: 'bypassed' in verdict ? verdict.bypassed : 0,
	};
	return {caller, ...counts, probe: counts, workload: null, verdict};
}

function sorted(claims: readonly ClaimReport[]): readonly ClaimReport[] {
	return [...claims].sort((a, b) => byCodeUnit(a.id, b.id));
}
