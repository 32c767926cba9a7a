/** This file tests how an explanation reads: one of every verdict, and hostile text in every field. */

import test from 'ava';
import {whoIsHit} from '../../src/catalog/who-is-hit.js';
import type {Explanation, Site} from '../../src/model/explanation.js';
import type {CallFate} from '../../src/model/known-tool.js';
import {type ExplainOptions, renderExplanation} from '../../src/render/explain/explain.js';
import {explanationJson} from '../../src/render/explain/explain-json.js';
import {renderPage} from '../../src/render/explain/page.js';
import {golden} from '../support/golden.js';

const options: ExplainOptions = {columns: 100, colour: false, host: 'x86_64', family: null, tools: []};

function site(at: number, more: Partial<Site> = {}): Site {
	return {at, form: 'call', path: 'direct', reach: 'bound', inside: 'PyList_Append+0x2c', ...more};
}

const bound: Explanation = {
	symbol: 'PyErr_Occurred',
	object: {
		path: '/usr/lib/libpython3.11.so.1.0',
		soname: 'libpython3.11.so.1.0',
		buildId: 'dc7ea6fd',
		machine: 'x86_64',
		mode: 'symbolic-functions',
		facts: [],
		executable: false,
		sections: true,
	},
	role: 'exported',
	references: {
		symbol: 'PyErr_Occurred',
		calls: {preemptible: 0, bound: 1537},
		addresses: {preemptible: 0, bound: 1},
		recursive: 0,
		folded: 0,
		inlined: null,
		verdict: 'bound',
	},
	demangled: null,
	version: null,
	otherVersions: [],
	twins: [],
	cause: 'symbolic-functions',
	inlined: {places: [{within: 'PyNumber_Long', entry: 0x4ea540}], reason: null},
	body: {
		address: 0x113700,
		size: 19,
		aliases: [],
		ifunc: false,
		visibility: 'default',
		weak: false,
		code: [{address: 0x113712, bytes: 'c3', text: 'ret'}],
	},
	sites: [site(0x15dcb0), site(0x15dde4, {form: 'jump', inside: null}), site(0x622000, {form: 'data', inside: null})],
	examples: [
		{
			site: site(0x15dcb0),
			code: [
				{address: 0x15dcae, bytes: '6690', text: 'xchg %ax,%ax'},
				{address: 0x15dcb0, bytes: 'e84b5afbff', text: 'call PyErr_Occurred'},
			],
		},
	],
	relocations: [{address: 0x622000, kind: 'RELATIVE', table: 'rela', named: false}],
	stubs: [],
	slots: [],
	canonical: null,
	counted: {
		target: 'cpython-3.11.2-shared-dc7ea6fd',
		claims: [
			{
				id: 'PyErr_Occurred/interpreter',
				symbol: 'PyErr_Occurred',
				route: 'interpreter',
				family: 'error',
				verdict: {kind: 'bypassed', bypassed: 20, because: 'symbolic-functions'},
			},
		],
	},
};

const open: Explanation = {
	...bound,
	object: {...bound.object, mode: 'preemptible'},
	references: {
		...bound.references,
		calls: {preemptible: 1192, bound: 0},
		addresses: {preemptible: 0, bound: 0},
		recursive: 0,
		folded: 0,
		inlined: null,
		verdict: 'preemptible',
	},
	cause: null,
	sites: [site(0x105a0d, {path: 'plt', reach: 'preemptible'})],
	examples: [],
	relocations: [{address: 0x443000, kind: 'JUMP_SLOT', table: 'plt', named: true}],
	stubs: [0x106d30],
	slots: [0x443000],
	counted: null,
};

const partial: Explanation = {
	...bound,
	references: {
		...bound.references,
		calls: {preemptible: 12, bound: 3},
		addresses: {preemptible: 1, bound: 0},
		recursive: 0,
		folded: 0,
		inlined: null,
		verdict: 'partial',
	},
	cause: 'same-unit',
	counted: null,
};

const unreferenced: Explanation = {
	...bound,
	object: {...bound.object, executable: true, soname: null, path: '/usr/bin/python3.11', mode: 'executable'},
	references: {
		...bound.references,
		calls: {preemptible: 0, bound: 0},
		addresses: {preemptible: 0, bound: 0},
		recursive: 0,
		folded: 0,
		inlined: null,
		verdict: 'unreferenced',
	},
	cause: null,
	sites: [],
	examples: [],
	relocations: [],
	counted: null,
};

const imported: Explanation = {...open, symbol: 'malloc', role: 'imported', body: null};

test('an explanation of a bound function reads as kept', t => {
	golden(t, 'explain/bound.txt', renderExplanation(bound, options));
});
test('an explanation of an overridable function reads as kept', t => {
	golden(t, 'explain/preemptible.txt', renderExplanation(open, options));
});
test('an explanation of a partly bound function reads as kept', t => {
	golden(t, 'explain/partial.txt', renderExplanation(partial, options));
});
test('an explanation of a function that nobody refers to reads as kept', t => {
	golden(t, 'explain/unreferenced.txt', renderExplanation(unreferenced, options));
});
test('an explanation of an imported function reads as kept', t => {
	golden(t, 'explain/imported.txt', renderExplanation(imported, {...options, family: 'libc-memory'}));
});

test('no line of prose is wider than the terminal', t => {
	const prose = renderExplanation(bound, {...options, columns: 60})
		.split('\n')
		.filter(line => !/objdump|readelf/.test(line));
	for (const line of prose) t.true(line.length <= 60, line);
});

test('names and paths that would move the cursor are spelled out', t => {
	const hostile = '\u001b[31mred\u202e\n';
	const text = renderExplanation(
		{
			...bound,
			symbol: hostile,
			object: {...bound.object, path: `/${hostile}`, soname: hostile},
			sites: [site(1, {inside: hostile})],
			examples: [{site: site(1, {inside: hostile}), code: [{address: 1, bytes: '90', text: hostile}]}],
			body: {
				address: 1,
				size: 1,
				ifunc: true,
				visibility: 'protected',
				weak: true,
				aliases: [hostile],
				code: [{address: 1, bytes: '90', text: hostile}],
			},
			counted: {target: hostile, claims: []},
		},
		options,
	);
	t.false(text.includes('\u001b') || text.includes('\u202e'));
});

test('the JSON of an explanation has the evidence, the answer, the advice and the commands', t => {
	const json = JSON.parse(explanationJson(bound, {...options, family: 'error'}));
	t.is(json.schema, 1);
	t.regex(json.answer, /^No reference to PyErr_Occurred in libpython3\.11\.so\.1\.0 /);
	t.is(json.cause, 'symbolic-functions');
	t.is(json.sites.length, 3);
	t.is(json.family, 'error');
	t.true(json.instead.length > 0 && json.byHand.length > 0);
	t.is(explanationJson(bound, options), explanationJson(structuredClone(bound), options));
});

test('the known tools that hook a function are told of with what each gets, and a function without any has no such part', t => {
	const calls = (because: string): readonly CallFate[] => [
		{symbol: 'PyGILState_Ensure', caller: 'interpreter', verdict: {kind: 'bypassed', because}},
		{symbol: 'malloc', caller: 'interpreter', verdict: {kind: 'honored'}},
	];
	const tools = whoIsHit(calls('symbolic-functions')).filter(({tool}) => ['memray', 'jemalloc'].includes(tool.name));
	const title = 'Known tools that override or hook it, and what they get of the calls in this file';
	const text = renderExplanation(bound, {...options, tools});
	t.true(text.includes(`${title}\n  - some: memray (rewrites GOT slots)\n  - all: jemalloc (is preloaded)\n`), text);
	t.false(renderExplanation(bound, options).includes('Known tools'));
	const json = JSON.parse(explanationJson(bound, {...options, tools}));
	t.deepEqual(
		json.tools.map(({name, outcome}: {name: string; outcome: string}) => [name, outcome]),
		[
			['memray', 'partly'],
			['jemalloc', 'keeps'],
		],
	);
});

test('a page keeps its code as it is, wraps its prose, and says how to read the pages that it links to', t => {
	const markdown = '# Title\n\nSome `code` and **bold** [words](page.md), [same](same.md).\n\n```c\nint  x;\n```\n';
	t.is(
		renderPage(markdown, {columns: 80, colour: false}),
		"Title\n\nSome `code` and bold words ('pyinterpose explain page'), same.\n\n    int  x;\n",
	);
});

test('a table on a page keeps its columns and wraps the last one; on a narrow terminal each row is a paragraph', t => {
	const markdown = '| word | meaning |\n|---|---|\n| a | one two three four five six |\n| [b](c.md) | two |\n\nEnd.\n';
	t.is(
		renderPage(markdown, {columns: 54, colour: false}),
		[
			'word                         meaning',
			'a                            one two three four five',
			'                             six',
			"b ('pyinterpose explain c')  two",
			'',
			'End.',
			'',
		].join('\n'),
	);
	t.is(
		renderPage('| word | meaning |\n|---|---|\n| a | one two three four |\n', {columns: 20, colour: false}),
		'word  meaning\na  one two three\n    four\n',
	);
});
