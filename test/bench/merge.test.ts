/** This file shows that measurements made at different times stand side by side. */

import test from 'ava';
import {mergeBenches} from '../../src/bench/merge.js';
import type {BenchReport} from '../../src/model/bench.js';
import {benchReport, comparison} from '../support/sheets.js';

function measured(base: string, target: string, ratio: number): BenchReport {
	const one = comparison(target, ratio);
	return {
		...benchReport,
		targets: [base, target].map(name => ({name, path: `/${name}`})),
		workloads: [{workload: 'calls', kind: 'measured', comparisons: [one]}],
		means: [one],
	};
}

test('each target keeps its own comparisons, in the order of the measurements', t => {
	const {targets, means, workloads} = mergeBenches([measured('shared', 'a', 0.9), measured('shared', 'b', 1.1)]);
	t.deepEqual(
		targets.map(({name}) => name),
		['shared', 'a', 'b'],
	);
	t.deepEqual(
		means.map(({target, ratio}) => [target, ratio]),
		[
			['a', 0.9],
			['b', 1.1],
		],
	);
	t.is(workloads[0]?.kind === 'measured' && workloads[0].comparisons.length, 2);
});

test('what was measured again counts as last measured', t => {
	const {means, targets} = mergeBenches([measured('shared', 'a', 0.9), measured('shared', 'a', 0.8)]);
	t.deepEqual(
		means.map(({ratio}) => ratio),
		[0.8],
	);
	t.is(targets.length, 2);
});

test('measurements against different builds are not put together', t => {
	t.throws(() => mergeBenches([measured('shared', 'a', 1), measured('static', 'b', 1)]), {
		message: 'One measurement compares with shared, another with static.',
	});
});
