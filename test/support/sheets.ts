/** This file makes sheets of the lab for tests of how they are shown. */

import type {BenchComparison, BenchReport} from '../../src/model/bench.js';
import type {Sheet, SheetRow} from '../../src/model/sheet.js';

export function comparison(target: string, ratio: number, half = 0.004): BenchComparison {
	const verdict = ratio - half > 1 ? 'slower' : ratio + half < 1 ? 'faster' : 'equal';
	return {target, ratio, low: ratio - half, high: ratio + half, pairs: 12, narrow: half < 0.01, verdict};
}

export function row(variant: string, speed: BenchComparison | null, other: Partial<SheetRow> = {}): SheetRow {
	return {
		variant,
		summary: `the variant ${variant}`,
		compiler: 'gcc 12.2.0',
		commands: ['./configure --enable-shared', 'make python'],
		speed,
		bytes: 4_321_000,
		linkage: 'shared',
		mode: 'preemptible',
		internal: {honored: 3_102_854, bypassed: 1146, functions: 670, functionsHonored: 670},
		lost: [],
		honored: 144,
		...other,
	};
}

export const benchReport: BenchReport = {
	schema: 1,
	targets: ['shared', 'shared-nsi', 'shared-nsi-lto', 'static'].map(name => ({
		name,
		path: `/lab/${name}/bin/python3.11`,
	})),
	rule: {
		confidence: 0.95,
		trimmed: 0.2,
		negligible: 0.01,
		narrow: 0.0075,
		leastPairs: 10,
		mostPairs: 60,
		seconds: 20,
	},
	pinned: 1,
	handicap: 0,
	workloads: [
		{
			workload: 'calls',
			kind: 'measured',
			comparisons: [
				comparison('shared-nsi', 1.002),
				comparison('shared-nsi-lto', 0.87),
				comparison('static', 0.9, 0.02),
			],
		},
		{
			workload: 'nbody',
			kind: 'failed',
			because: '/lab/static/bin/python3.11 was ended by SIGSEGV (segmentation fault)',
		},
	],
	means: [comparison('shared-nsi', 1.002), comparison('shared-nsi-lto', 0.87), comparison('static', 1.05, 0.02)],
};

export const sheet: Sheet = {
	schema: 1,
	python: '3.11.2',
	quick: true,
	base: 'shared',
	rows: [
		row('shared', null),
		row('shared-nsi', comparison('shared-nsi', 1.002), {
			mode: 'no-semantic-interposition',
			internal: {honored: 4_948_714, bypassed: 197_622, functions: 650, functionsHonored: 640},
			lost: [{id: 'Py_RunMain/interpreter', now: 'bypassed'}],
		}),
		row('shared-nsi-lto', comparison('shared-nsi-lto', 0.87), {
			mode: 'no-semantic-interposition-lto',
			internal: {honored: 286_536, bypassed: 2_027_621, functions: 480, functionsHonored: 70},
			lost: [
				{id: 'PyErr_Occurred/interpreter', now: 'bypassed'},
				{id: 'PyErr_SetNone/interpreter', now: 'uncalled'},
			],
		}),
		row('static', comparison('static', 1.05, 0.02), {
			linkage: 'static',
			mode: 'executable',
			internal: {honored: 0, bypassed: 5_142_739, functions: 660, functionsHonored: 0},
			lost: [{id: 'PyErr_Occurred/extension', now: 'bypassed'}],
		}),
		row('unswept', null, {internal: null}),
	],
	bench: benchReport,
};
