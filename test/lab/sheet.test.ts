/** This file shows that the sheet never takes what was not counted for what was honored. */

import test from 'ava';
import {internalCalls} from '../../src/lab/sheet.js';
import type {SweepReport} from '../../src/model/report.js';

function swept(bypassed: number | null): SweepReport {
	return {
		functions: 2,
		called: 2,
		calls: {honored: 30, bypassed: bypassed === null ? null : bypassed + 5},
		symbols: [
			{
				symbol: 'PyErr_Occurred',
				callers: [
					{caller: 'interpreter', honored: 10, bypassed},
					{caller: 'extension', honored: 20, bypassed: bypassed === null ? null : 0},
				],
				references: {preemptible: 1, bound: 1},
				tailCalls: 0,
			},
			{
				symbol: 'PyErr_Clear',
				callers: [{caller: 'interpreter', honored: 0, bypassed: bypassed === null ? null : 5}],
				references: {preemptible: 0, bound: 1},
				tailCalls: 0,
			},
		],
	};
}

test('internal calls are those of the interpreter, and no extension’s', t => {
	t.deepEqual(internalCalls(swept(90)), {honored: 10, bypassed: 95, functions: 2, functionsHonored: 1});
});

test('where calls past the override were not counted the share is not known, rather than all', t => {
	t.is(internalCalls(swept(null)), null);
});
