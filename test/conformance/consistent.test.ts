/**
 * This file holds the whole report on every Python of the machine to itself: no two of its numbers contradict each other,
 * nor what `inspect` says of the same file, and the same check gives the same bytes again.
 */

import test from 'ava';
import {gatherExplanation} from '../../src/gather/explain.js';
import {gatherStatic} from '../../src/gather/static.js';
import type {CallsReport, FunctionReport, Report} from '../../src/model/report.js';
import {renderJson} from '../../src/render/json.js';
import {checkPythons} from '../support/check.js';
import {contradictions, otherReferences} from '../support/contradictions.js';
import {functionsOf, oneOfEach, report, target} from '../support/reports.js';

const once = await checkPythons({kind: 'all'}, {sweep: true});

test('no two numbers of a report contradict each other, on any Python of the machine', t => {
	t.true(once.targets.length > 0);
	t.log(once.targets.map(({id}) => id).join(', '));
	t.deepEqual(contradictions(once), []);
});

test('the references of a report are those that inspect counts in the same file', async t => {
	for (const one of once.targets) {
		const {bySymbol} = await gatherStatic(one.interpreter.path, {env: process.env});
		t.deepEqual(otherReferences(one, bySymbol), [], one.id);
	}
});

test('the references of a report are those that explain shows of the same function', async t => {
	for (const {id, interpreter, functions} of once.targets) {
		const own = functions.filter(({references}) => references !== null);
		for (const {symbol, references} of own.filter((_, index) => index % Math.ceil(own.length / 3) === 0)) {
			const {calls, addresses, recursive, folded, inlined} = (
				await gatherExplanation(interpreter.path, symbol, {env: process.env})
			).references;
			t.deepEqual(
				{
					preemptible: calls.preemptible + addresses.preemptible,
					bound: calls.bound + addresses.bound,
					recursive,
					folded,
					inlined,
				},
				references,
				`${id}: ${symbol}`,
			);
		}
	}
});

test('nothing is called uncalled that the workload saw called', t => {
	for (const {id, functions} of once.targets) {
		const claims = functions.flatMap(({symbol, calls}) => calls.map(one => ({...one, symbol})));
		const uncalled = claims.filter(({verdict}) => verdict.kind === 'uncalled');
		t.true(uncalled.length > 100, id);
		t.deepEqual(
			uncalled.filter(({workload}) => (workload?.honored ?? 0) + (workload?.bypassed ?? 0) > 0),
			[],
			id,
		);
	}
});

test('the same check again gives the same bytes', async t => {
	t.is(renderJson(await checkPythons({kind: 'all'}, {sweep: true})), renderJson(once));
});

const good = functionsOf(oneOfEach);

/** What is found in a report of which one row was changed. */
function found(symbol: string, change: (calls: CallsReport) => Partial<CallsReport>): readonly string[] {
	const functions = good.map(
		(one): FunctionReport => ({
			...one,
			references: one.references === null ? null : {...one.references, bound: one.symbol === 'PyErr_Occurred' ? 2 : 1},
			calls: one.calls.map(calls => (one.symbol === symbol ? {...calls, ...change(calls)} : calls)),
		}),
	);
	const whole: Report = report([target({functions, binding: {...target().binding, functions: own(functions)}})]);
	return contradictions(whole);
}

function own(functions: readonly FunctionReport[]): number {
	return functions.filter(({references}) => references !== null).length;
}

test('a report without a contradiction has none', t => {
	t.deepEqual(
		found('', () => ({})).filter(fault => !/GetAttr|1 of 3/.test(fault)),
		[],
	);
});

const finds = test.macro((t, symbol: string, change: (calls: CallsReport) => Partial<CallsReport>, fault: RegExp) => {
	t.true(
		found(symbol, change).some(one => fault.test(one)),
		JSON.stringify(found(symbol, change)),
	);
});

test('a sum that is none is found', finds, 'malloc', () => ({honored: 7}), /malloc\/interpreter: 7 honored, its parts/);
test(
	'uncalled beside calls is found',
	finds,
	'PyObject_GetAttr',
	() => ({bypassed: 17_386}),
	/uncalled, and 0 and 17386/,
);
test(
	'honored beside calls that passed by is found',
	finds,
	'malloc',
	() => ({bypassed: 3}),
	/malloc\/interpreter: honored, and 3 calls passed by/,
);
test(
	'bypassed beside calls that ran the override is found',
	finds,
	'PyErr_SetString',
	() => ({honored: 2}),
	/bypassed, and 2 calls ran the override/,
);
test('calls that no reference makes are found', t => {
	const functions = good.map(one => ({
		...one,
		references: one.references && {preemptible: 0, bound: 0, recursive: 0, folded: 0, inlined: null},
	}));
	t.true(contradictions(report([target({functions})])).some(one => /without a reference that could/.test(one)));
});
test('totals that are not the sum of the claims are found', t => {
	const whole = report([target()]);
	t.true(
		contradictions({...whole, totals: {...whole.totals, honored: 99}}).some(one => /totals\.honored is 99/.test(one)),
	);
});
