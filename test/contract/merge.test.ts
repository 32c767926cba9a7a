/** This file tests the joining of reports. */

import test from 'ava';
import {curatedOnly, planMerge, summarise} from '../../src/contract/merge.js';
import {SuiteError} from '../../src/errors.js';
import type {Report} from '../../src/model/report.js';
import {jsonPieces, renderJson} from '../../src/render/json.js';
import {swept} from '../support/many.js';
import {everyKind, report, target, twoBuilds} from '../support/reports.js';

test('reports of one build each join to the report of all', t => {
	const parts = twoBuilds.targets.map(one => report([one]));
	t.is(merged(parts), renderJson(twoBuilds));
	t.is(merged([...parts].reverse()), renderJson(twoBuilds));
});

test('a report joined with nothing is itself', t => {
	t.is(merged([everyKind, report([])]), renderJson(everyKind));
});

test('failures and totals of all are in the whole', t => {
	const other = report([target({id: 'other'})], [{target: '/x', message: 'It hangs.'}]);
	const whole = JSON.parse(merged([everyKind, other])) as Report;
	t.deepEqual(
		whole.failures.map(failure => failure.target),
		['/bin/true', '/x'],
	);
	t.is(whole.totals.honored, 2 * everyKind.totals.honored);
});

test('a copy of a build elsewhere is numbered, past the ids there are', t => {
	const copy = target({executable: '/opt/python'});
	const plan = planMerge([
		summarise(report([target()]), 'a'),
		summarise(report([copy, target({id: `${copy.id}-2`})]), 'b'),
	]);
	t.deepEqual(
		plan.targets.map(({newId}) => newId.slice(copy.id.length)),
		['', '-2', '-3'],
	);
});

test('two reports of the same build are refused', t => {
	const plan = () => planMerge([summarise(everyKind, 'a.json'), summarise(everyKind, 'b.json')]);
	t.throws(plan, {instanceOf: SuiteError, message: /^a\.json and b\.json both report the build cpython/});
});

test('reports of different machines name both', t => {
	const arm = {...report([target({id: 'arm'})]), host: {...everyKind.host, machine: 'aarch64'}};
	t.is((JSON.parse(merged([everyKind, arm])) as Report).host.machine, 'aarch64, x86_64');
});

test('what only the workload called is left out of a page of very many builds, and nothing else is', t => {
	const [one] = swept(report([target()]), 40).targets;
	if (one === undefined) return t.fail();
	t.is(one.functions.length, target().functions.length + 40);
	t.deepEqual(curatedOnly(one), target());
});

function merged(parts: readonly Report[]): string {
	const plan = planMerge(parts.map((part, index) => summarise(part, String(index))));
	const targets = plan.targets.map(({source, id, newId}) => {
		const found = parts[Number(source)]?.targets.find(one => one.id === id);
		return {...(found ?? target()), id: newId};
	});
	return [...jsonPieces(plan.frame, targets)].join('');
}
