/** This file tests what a comparison of two builds finds. */

import test, {type ExecutionContext} from 'ava';
import {changeKind} from '../../src/contract/change.js';
import {compare} from '../../src/contract/compare.js';
import {SuiteError} from '../../src/errors.js';
import type {ChangeKind} from '../../src/model/comparison.js';
import type {FunctionReport, TargetReport} from '../../src/model/report.js';
import type {ClaimReport} from '../../src/model/reported-claims.js';
import type {Verdict} from '../../src/model/verdict.js';
import {claim, functionsOf, report, target} from '../support/reports.js';

const honored: Verdict = {kind: 'honored', calls: 64};
const honoredMore: Verdict = {kind: 'honored', calls: 6400};
const half: Verdict = {kind: 'partial', calls: 50, bypassed: 50, bound: 1, because: 'same-unit'};
const halfNearly: Verdict = {kind: 'partial', calls: 501, bypassed: 499, bound: 1, because: 'same-unit'};
const third: Verdict = {kind: 'partial', calls: 1, bypassed: 2, bound: 1, because: 'same-unit'};
const bypassed: Verdict = {kind: 'bypassed', bypassed: 64, because: 'same-unit'};
const bypassedByLinker: Verdict = {kind: 'bypassed', bypassed: null, because: 'symbolic'};
const uncalled: Verdict = {kind: 'uncalled', references: 0, 'would-be': null};
const uncalledYet: Verdict = {kind: 'uncalled', references: 4, 'would-be': 'honored'};
const absent: Verdict = {kind: 'absent'};
const unknown: Verdict = {kind: 'inconclusive', because: 'the probe crashed'};
const unknownToo: Verdict = {kind: 'inconclusive', because: 'the probe hung'};

test('honored to bypassed is lost', changes, honored, bypassed, 'lost');
test('partial to bypassed is lost', changes, half, bypassed, 'lost');
test('honored to partial is a share that fell', changes, honored, half, 'share-fell');
test('half to a third is a share that fell', changes, half, third, 'share-fell');
test('a third to half is a share that rose', changes, third, half, 'share-rose');
test('less than one in a hundred is no change of share', changes, half, halfNearly, null);
test('partial to honored is a share that rose', changes, half, honored, 'share-rose');
test('bypassed to honored is gained', changes, bypassed, honored, 'gained');
test('bypassed to partial is gained', changes, bypassed, half, 'gained');
test('honored to absent is newly absent', changes, honored, absent, 'newly-absent');
test('absent to honored is newly present', changes, absent, honored, 'newly-present');
test('honored to inconclusive is newly inconclusive, not lost', changes, honored, unknown, 'newly-inconclusive');
test('inconclusive to bypassed is newly known, not lost', changes, unknown, bypassed, 'newly-known');
test('one reason for not knowing to another is no change', changes, unknown, unknownToo, null);
test('bypassed to uncalled is newly uncalled', changes, bypassed, uncalled, 'newly-uncalled');
test('uncalled to bypassed is newly called', changes, uncalled, bypassed, 'newly-called');
test('another number of calls is no change', changes, honored, honoredMore, null);
test('another cause is a change of cause', changes, bypassed, bypassedByLinker, 'cause-changed');
test('a claim that only the first report has is no longer tested', changes, honored, null, 'no-longer-tested');
test('a claim that only the second report has is newly tested', changes, null, bypassed, 'newly-tested');

function changes(t: ExecutionContext, before: Verdict | null, after: Verdict | null, kind: ChangeKind | null): void {
	t.is(changeKind(before, after, true), kind);
}

test('honored to uncalled is lost at one version, and newly uncalled across versions', t => {
	t.is(changeKind(honored, uncalled, true), 'lost');
	t.is(changeKind(honored, uncalled, false), 'newly-uncalled');
});

test('the worst change comes first, then by family and id', t => {
	const before = build('a', [
		claim('A', 'interpreter', bypassed),
		claim('B', 'interpreter', honored),
		claim('C', 'interpreter', honored),
	]);
	const after = build('b', [
		claim('A', 'interpreter', honored),
		claim('B', 'interpreter', half),
		claim('C', 'interpreter', bypassed),
	]);
	t.deepEqual(
		compare(report([before]), report([after])).builds[0]?.changes.map(({kind, id}) => `${kind} ${id}`),
		['lost C/interpreter', 'share-fell B/interpreter', 'gained A/interpreter'],
	);
});

test('a function that only the workload calls is compared like any other; what it calls or not by chance is no news', t => {
	const before = build(
		'a',
		[],
		workload({PyA: honored, PyB: honored, PyC: bypassed, PyE: honored, PyF: uncalledYet, PyG: uncalled}),
	);
	const after = build(
		'b',
		[],
		workload({PyA: bypassed, PyB: uncalledYet, PyC: half, PyD: bypassed, PyE: uncalled, PyF: honored, PyG: honored}),
	);
	t.deepEqual(
		compare(report([before]), report([after])).builds[0]?.changes.map(({kind, id}) => `${kind} ${id}`),
		['lost PyA/interpreter', 'lost PyE/interpreter', 'newly-present PyD/interpreter', 'gained PyC/interpreter'].sort(
			(a, b) => order.indexOf(a.split(' ')[0] as string) - order.indexOf(b.split(' ')[0] as string),
		),
	);
});

const order = ['lost', 'gained', 'newly-present'];

test('honored to uncalled is no loss where the references still predict honored', t => {
	t.is(changeKind(honored, uncalledYet, true), 'newly-uncalled');
});

test('builds answer to each other by id, then version and linkage, then series', t => {
	const named = (id: string, version: string, linkage: 'static' | 'shared') =>
		target({
			id,
			interpreter: {...target().interpreter, linkage, buildId: id},
			python: {...target().python, version},
		});
	const before = report([
		named('1', '3.11.2', 'static'),
		named('2', '3.11.2', 'shared'),
		named('3', '3.12.1', 'shared'),
	]);
	const after = report([
		named('4', '3.12.9', 'shared'),
		named('5', '3.11.2', 'shared'),
		named('6', '3.11.2', 'static'),
	]);
	t.deepEqual(
		compare(before, after).builds.map(({before, after}) => `${before.id}${after.id}`),
		['34', '25', '16'],
	);
});

test('of two builds alike neither answers to a third one', t => {
	const named = (id: string) => target({id, interpreter: {...target().interpreter, buildId: id}});
	t.throws(() => compare(report([named('1'), named('2')]), report([named('3')])), {message: /no build in common/});
	t.throws(() => compare(report([named('3')]), report([named('1'), named('2')])), {message: /no build in common/});
	t.is(compare(report([named('1'), named('2')]), report([named('2')])).builds.length, 1);
});

test('a build without a counterpart is named', t => {
	const old = target({id: 'old', python: {...target().python, version: '2.7.18'}});
	const comparison = compare(report([old, build('a', [])]), report([build('b', [])]));
	t.deepEqual(comparison.onlyBefore, ['old']);
	t.deepEqual(comparison.onlyAfter, []);
});

test('between two looks at one build-id what was called and tested is no change, two builds of one id have it', t => {
	const looks: readonly [Verdict, Verdict][] = [
		[half, third],
		[honored, uncalled],
		[uncalled, bypassed],
		[honored, unknown],
		[unknown, bypassed],
	];
	const look = (which: 0 | 1, buildId: string) => {
		const claims = looks.map((pair, at) => claim(`Py${at}`, 'interpreter', pair[which]));
		return target({interpreter: {...target().interpreter, buildId}, functions: functionsOf(claims)});
	};
	t.deepEqual(compare(report([look(0, 'one')]), report([look(1, 'one')])).builds[0]?.changes, []);
	t.is(compare(report([look(0, 'one')]), report([look(1, 'other')])).builds[0]?.changes.length, looks.length);
});

test('a file that was changed after it was linked keeps its build-id, and loses what it loses', t => {
	const patched: readonly [Verdict, Verdict, ChangeKind][] = [
		[honored, bypassed, 'lost'],
		[honored, half, 'share-fell'],
		[honored, absent, 'newly-absent'],
		[bypassed, honored, 'gained'],
		[absent, honored, 'newly-present'],
		[bypassed, bypassedByLinker, 'cause-changed'],
	];
	const look = (which: 0 | 1) =>
		build(
			'one',
			patched.map((pair, at) => claim(`Py${at}`, 'interpreter', pair[which])),
		);
	t.deepEqual(
		compare(report([look(0)]), report([look(1)]))
			.builds[0]?.changes.map(({kind}) => kind)
			.sort(),
		patched.map(([, , kind]) => kind).sort(),
	);
	const unused = (predicted: 'honored' | 'bypassed') =>
		build('one', [], workload({PyA: {...uncalledYet, 'would-be': predicted}, PyB: uncalledYet}));
	t.like(compare(report([unused('honored')]), report([unused('bypassed')])).builds[0]?.changes, [
		{kind: 'lost', id: 'PyA/interpreter'},
	]);
});

test('reports without a build in common are refused', t => {
	t.throws(() => compare(report([]), report([target()])), {instanceOf: SuiteError, message: /no build in common/});
});

function build(id: string, claims: readonly ClaimReport[], others: readonly FunctionReport[] = []): TargetReport {
	const functions = [...functionsOf(claims), ...others];
	return target({id, interpreter: {...target().interpreter, buildId: id}, functions});
}

function workload(symbols: Readonly<Record<string, Verdict>>): readonly FunctionReport[] {
	const claims = Object.entries(symbols).map(([symbol, verdict]) => ({
		...claim(symbol, 'interpreter', verdict),
		family: 'Py*',
	}));
	return functionsOf(claims).map(one => ({
		...one,
		calls: one.calls.map(calls => ({...calls, probe: null, workload: calls.probe})),
	}));
}
