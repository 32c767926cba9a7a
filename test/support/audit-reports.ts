/** This file makes audits by hand: one verdict of each kind, every optional part, and hostile strings. */

import type {AuditedBuild, AuditedFunction, AuditReport} from '../../src/model/audit.js';

export function auditedFunction(change: Partial<AuditedFunction> = {}): AuditedFunction {
	return {
		symbol: 'malloc',
		version: null,
		library: 0,
		definedBy: ['libc'],
		references: {preemptible: 3, bound: 0},
		calls: [{caller: 'interpreter', honored: 1234567, bypassed: 0, unsure: 0, verdict: {kind: 'honored'}}],
		chain: null,
		aside: {reached: 6, passed: 1},
		forwarded: 0,
		uncounted: null,
		...change,
	};
}

export function auditedBuild(change: Partial<AuditedBuild> = {}): AuditedBuild {
	return {
		id: 'cpython-3.11.7-shared-0a1b2c3d',
		executable: '/opt/python/bin/python3.11',
		interpreter: {
			path: '/opt/python/lib/libpython3.11.so.1.0',
			soname: 'libpython3.11.so.1.0',
			buildId: '0a1b',
			linkage: 'shared',
		},
		python: {implementation: 'cpython', version: '3.11.7', abiflags: '', debug: false, freeThreaded: false},
		order: [0],
		functions: [auditedFunction()],
		own: 2,
		missing: [],
		expectation: null,
		broken: null,
		findings: [],
		inconclusive: null,
		...change,
	};
}

export function auditReport(
	builds: readonly AuditedBuild[],
	libraries: AuditReport['libraries'] = [library],
): AuditReport {
	return {schema: 2, tool: {name: 'pyinterpose', version: '0.0.0'}, libraries, builds, failures: []};
}

const library = {path: '/opt/lib/libprof.so', soname: null, buildId: null};

const caller = 'interpreter';

/** One function for each kind of verdict, and what else a function can be. */
export const everyVerdict: readonly AuditedFunction[] = [
	auditedFunction({
		symbol: 'PyErr_Occurred',
		definedBy: ['interpreter'],
		forwarded: 12,
		calls: [
			{caller, honored: 0, bypassed: 1500, unsure: 0, verdict: {kind: 'bypassed', because: 'symbolic-functions'}},
			{caller: 'extension', honored: 40, bypassed: 0, unsure: 0, verdict: {kind: 'honored'}},
		],
	}),
	auditedFunction({
		symbol: 'PyObject_Free',
		definedBy: ['interpreter'],
		calls: [
			{caller, honored: 804, bypassed: 167340, unsure: 0, verdict: {kind: 'partial', because: 'symbolic-functions'}},
			{
				caller: 'extension',
				honored: 13,
				bypassed: 0,
				unsure: 49,
				verdict: {kind: 'inconclusive', because: 'the call site does not tell'},
			},
		],
	}),
	auditedFunction({
		symbol: 'PyObject_Repr',
		definedBy: ['interpreter'],
		calls: [
			{
				caller,
				honored: 0,
				bypassed: 0,
				unsure: 0,
				verdict: {kind: 'uncalled', 'would-be': 'bypassed', because: 'executable-defines-it'},
			},
		],
	}),
	auditedFunction({symbol: 'PyGone_Away', definedBy: [], references: null, calls: []}),
	auditedFunction({
		symbol: 'clock_gettime',
		version: 'MINE_1',
		calls: [{caller, honored: 0, bypassed: 99, unsure: 0, verdict: {kind: 'bypassed', because: 'version'}}],
	}),
	auditedFunction({
		symbol: 'free',
		uncounted: 'libc.so.6: it is chosen by a resolver when the program starts (IFUNC)',
		calls: [
			{caller, honored: 5, bypassed: null, unsure: 0, verdict: {kind: 'honored'}},
			{
				caller: 'library',
				honored: 0,
				bypassed: null,
				unsure: 0,
				verdict: {kind: 'inconclusive', because: 'not counted'},
			},
		],
	}),
	auditedFunction(),
];

export const everyPart = auditedBuild({
	functions: everyVerdict,
	missing: [
		{symbol: 'sem_clockwait', beside: 'sem_timedwait', kind: 'family', calls: 1, callers: ['interpreter']},
		{symbol: 'stat64', beside: 'stat', kind: 'other-name', calls: 377, callers: ['interpreter', 'library']},
		{symbol: 'lstat64', beside: 'lstat', kind: 'other-name', calls: null, callers: ['interpreter']},
		{symbol: 'fstat64', beside: 'fstat', kind: 'other-name', calls: 0, callers: ['interpreter']},
	],
	expectation: {
		expression: 'time.time() < 1e9',
		under: {kind: 'value', value: 'False', truth: false},
		without: {kind: 'failed', reason: 'it was ended by SIGSEGV (segmentation fault)'},
		kept: false,
	},
	findings: [{kind: 'other-processes', message: '2 more processes ran the same program; the first alone is counted.'}],
});
