/** This file shows that the sheet never takes what was not counted for what was honored. */

import test from 'ava';
import {internalCalls} from '../../src/lab/sheet.js';
import type {CallsReport, TargetReport} from '../../src/model/report.js';
import {target} from '../support/reports.js';

function swept(bypassed: number | null): TargetReport {
	const one = (caller: 'interpreter' | 'extension', honored: number, passed: number): CallsReport => {
		const counts = {honored, bypassed: bypassed === null ? null : passed};
		return {caller, ...counts, probe: null, workload: counts, verdict: {kind: 'absent'}};
	};
	return target({
		functions: [
			{...rest, symbol: 'PyErr_Clear', calls: [one('interpreter', 0, 5)]},
			{...rest, symbol: 'PyErr_Occurred', calls: [one('extension', 20, 0), one('interpreter', 10, bypassed ?? 0)]},
		],
	});
}

const rest = {family: null, definedBy: 'interpreter', references: null, inlined: null} as const;

test('internal calls are those of the interpreter, and no extension’s', t => {
	t.deepEqual(internalCalls(swept(90)), {honored: 10, bypassed: 95, functions: 2, functionsHonored: 1});
});

test('where calls past the override were not counted the share is not known, rather than all', t => {
	t.is(internalCalls(swept(null)), null);
});
