/** This file tests how builds are followed from report to report, and what each step says that they lost and gained. */

import test from 'ava';
import {follow, historyOf, type OpenLine} from '../../src/contract/history.js';
import type {History} from '../../src/model/history.js';
import {byNaturalOrder} from '../../src/model/order.js';
import type {TargetReport} from '../../src/model/report.js';
import {bound, build, whole} from '../support/histories.js';
import {report, target} from '../support/reports.js';

function told(...steps: readonly (readonly TargetReport[])[]): History {
	const lines = steps.reduce<readonly OpenLine[]>(
		(known, targets, at) => follow(known, `${at}.json`, report(targets), () => ({works: 0, functions: 1})),
		[],
	);
	return historyOf(
		steps.map((_, at) => `${at}.json`),
		lines,
	);
}

const reportsOf = ({lines}: History) => lines.map(({name, steps}) => [name, steps.map(({report}) => report).join(' ')]);

test('what is lost is gained where the order is turned round, but for what was not exported', t => {
	const [lost] = told([whole], [bound]).lines;
	const [gained] = told([bound], [whole]).lines;
	const symbols = ['PyErr_Clear', 'PyErr_Occurred', 'PyErr_SetString'];
	t.deepEqual(
		lost?.steps[1]?.since?.lost.map(({symbol}) => symbol),
		[...symbols, 'PyObject_Vectorcall'],
	);
	t.deepEqual(
		gained?.steps[1]?.since?.gained.map(({symbol}) => symbol),
		symbols,
	);
	t.deepEqual(lost?.steps[1]?.since?.gained, []);
	t.deepEqual(lost?.steps[1]?.since?.lost[0], {
		symbol: 'PyErr_Clear',
		callers: ['interpreter'],
		because: 'symbolic-functions',
	});
});

test('one build-id is one build as long as nothing is lost', t => {
	const [same] = told([whole], [build('aaaaaaaa', whole.functions)]).lines;
	t.deepEqual(same?.steps[1]?.since, {sameBuild: true, lost: [], gained: []});
	const [patched] = told([whole], [build('aaaaaaaa', bound.functions)]).lines;
	t.false(patched?.steps[1]?.since?.sameBuild);
	t.true((patched?.steps[1]?.since?.lost.length ?? 0) > 0);
});

test('two builds without a build-id are compared', t => {
	const nameless = (one: TargetReport) => ({...one, interpreter: {...one.interpreter, buildId: null}});
	const [line] = told([nameless(whole)], [nameless(bound)]).lines;
	t.is(line?.steps[1]?.since?.lost.length, 4);
});

const version = (one: TargetReport, text: string): TargetReport => ({
	...one,
	id: one.id.replace('3.11.2', text),
	python: {...one.python, version: text},
});
const fixed = (one: TargetReport): TargetReport => ({
	...one,
	id: one.id.replace('shared', 'static'),
	interpreter: {...one.interpreter, linkage: 'static'},
});

test('a build is followed to the next version of its series, and not to another series', t => {
	t.deepEqual(reportsOf(told([whole], [version(bound, '3.11.7')])), [['cpython 3.11 shared', '0.json 1.json']]);
	t.deepEqual(reportsOf(told([whole], [version(bound, '3.12.1')])), [
		['cpython 3.11 shared', '0.json'],
		['cpython 3.12 shared', '1.json'],
	]);
});

test('a lone build is followed from shared to static, and not where another one is shared', t => {
	t.deepEqual(reportsOf(told([whole], [fixed(bound)])), [['cpython 3.11', '0.json 1.json']]);
	t.deepEqual(reportsOf(told([whole, fixed(bound)], [bound, fixed(bound)])), [
		['cpython 3.11 shared', '0.json 1.json'],
		['cpython 3.11 static', '0.json 1.json'],
	]);
});

test('a build that a report leaves out is followed again in the next one', t => {
	const elsewhere = target({id: 'x', python: {...target().python, version: '3.9.1'}});
	t.deepEqual(reportsOf(told([whole], [elsewhere], [bound]))[0], ['cpython 3.11 shared', '0.json 2.json']);
});

test('two builds of one name are told apart by the id of the newest', t => {
	const names = reportsOf(told([whole, bound])).map(([name]) => name);
	t.deepEqual(names, [
		'cpython 3.11 shared (cpython-3.11.2-shared-aaaaaaaa)',
		'cpython 3.11 shared (cpython-3.11.2-shared-bbbbbbbb)',
	]);
});

test('file names sort by the numbers in them, and else by code unit', t => {
	const sorted = ['b', '3.9.10.json', 'a', '3.9.2.json', '2026-02-01.json', '3.9.json', '2026-01-31.json', '01', '1'];
	t.deepEqual(sorted.sort(byNaturalOrder), [
		'01',
		'1',
		'3.9.2.json',
		'3.9.10.json',
		'3.9.json',
		'2026-01-31.json',
		'2026-02-01.json',
		'a',
		'b',
	]);
});
