/** This file breaks a good report in one place at a time. */

const removed = Symbol('removed');

/** What is wrong, where, what stands there then, and what the reader's one sentence must name. */
export const mutations: readonly (readonly [what: string, path: string, value: unknown, names: RegExp])[] = [
	['schema 0', 'schema', 0, /schema 0/],
	['schema 1', 'schema', 1, /schema 1/],
	["another tool's name", 'tool.name', 'other', /another program/],
	['no tool', 'tool', removed, /another program/],
	['an unknown key', 'extra', 1, /'extra'/],
	[
		'an unknown key deep inside',
		'targets.0.functions.0.calls.0.verdict.extra',
		1,
		/targets\[0\]\.functions\[0\]\.calls\[0\]\.verdict .*'extra'/,
	],
	['no totals', 'totals', removed, /'totals'/],
	['a missing total', 'totals.absent', removed, /'absent'/],
	['a negative total', 'totals.absent', -1, /totals\.absent is -1/],
	['targets that are an object', 'targets', {}, /targets is an object, not a list/],
	['a target that is null', 'targets.0', null, /targets\[0\] is null/],
	['a target without an id', 'targets.0.id', removed, /'id'/],
	['an id that is a number', 'targets.0.id', 7, /targets\[0\]\.id is 7, not text/],
	['an unknown linkage', 'targets.0.interpreter.linkage', 'dynamic', /linkage is 'dynamic'/],
	['an unknown binding mode', 'targets.0.binding.mode', 'lazy', /mode is 'lazy'/],
	['a flag that is text', 'targets.0.python.debug', 'no', /debug is 'no', not true or false/],
	['a soname that is a list', 'targets.0.interpreter.soname', [], /soname is a list/],
	['an unknown route', 'targets.0.functions.0.calls.0.caller', 'audit', /caller is 'audit'/],
	['an unknown verdict', 'targets.0.functions.0.calls.0.verdict', {kind: 'maybe'}, /kind is 'maybe'/],
	['a verdict without its number', 'targets.0.functions.0.calls.0.verdict', {kind: 'honored'}, /'calls'/],
	['honored without a call', 'targets.0.functions.0.calls.0.verdict', {kind: 'honored', calls: 0}, /calls is 0/],
	['half a call', 'targets.0.functions.0.calls.0.verdict', {kind: 'honored', calls: 1.5}, /calls is 1\.5/],
	[
		'more calls than can be told apart',
		'targets.0.functions.0.calls.0.verdict',
		{kind: 'honored', calls: 2 ** 53},
		/calls is/,
	],
	[
		'partial without a cause',
		'targets.0.functions.0.calls.0.verdict',
		{kind: 'partial', calls: 1, bypassed: 1, bound: 0},
		/'because'/,
	],
	[
		'an unknown cause',
		'targets.0.functions.0.calls.0.verdict',
		{kind: 'bypassed', bypassed: 1, because: 'magic'},
		/because is 'magic'/,
	],
	[
		'an unknown prediction',
		'targets.0.functions.0.calls.0.verdict',
		{kind: 'uncalled', references: 1, 'would-be': 'maybe'},
		/would-be is 'maybe'/,
	],
	['a function without references', 'targets.0.functions.0.references', removed, /'references'/],
	['a function of an unknown family', 'targets.0.functions.0.family', 'odd', /family is 'odd'/],
	['a count that is text', 'targets.0.functions.0.calls.0.honored', '3', /honored is '3'/],
	['a finding that is text', 'targets.0.findings.0', 'odd', /findings\[0\] is 'odd', not an object/],
	['a failure without its message', 'failures.0.message', removed, /'message'/],
	['a fact with a key too many', 'targets.0.declared.facts.0.trusted', true, /'trusted'/],
	['a key of the prototype', 'host.__proto__', 1, /'__proto__'/],
];

/** A deep copy of a report, changed in one place. */
export function mutated(report: object, path: string, value: unknown): unknown {
	const copy: object = structuredClone(report);
	const keys = path.split('.');
	const last = keys.pop() ?? '';
	const holder = keys.reduce<object>((at, key) => Reflect.get(at, key), copy);
	if (value === removed) Reflect.deleteProperty(holder, last);
	else Object.defineProperty(holder, last, {value, enumerable: true, configurable: true, writable: true});
	return copy;
}
