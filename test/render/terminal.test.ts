/** This file tests what `check` shows on a terminal. */

import test, {type ExecutionContext} from 'ava';
import type {Report} from '../../src/model/report.js';
import {renderTerminal} from '../../src/render/report/terminal.js';
import {width} from '../../src/render/text.js';
import {golden} from '../support/golden.js';
import {manyBuilds} from '../support/many.js';
import {
	claim,
	everyKind,
	functionsOf,
	hostileReport,
	nothing,
	oneOfEach,
	report,
	target,
	twoBuilds,
} from '../support/reports.js';

const plain = {columns: 100, colour: false};

test('one build with every kind of verdict reads as kept', reads, everyKind, 'terminal/every-kind.txt', 100);
test('on a narrow terminal the same report reads as kept', reads, everyKind, 'terminal/every-kind-narrow.txt', 44);
test('two builds stand side by side as kept', reads, twoBuilds, 'terminal/two-builds.txt', 100);
test('hostile text reads as kept', reads, hostileReport, 'terminal/hostile.txt', 100);
test('a report of nothing says so', reads, nothing, 'terminal/nothing.txt', 100);

function reads(t: ExecutionContext, given: Report, name: string, columns: number): void {
	golden(t, name, renderTerminal(given, {columns, colour: false}));
}

test('the first line is the answer: how many builds, how many could not be tested, and the totals, worst first', t => {
	t.is(
		renderTerminal(everyKind, {columns: 200, colour: false}).split('\n')[0],
		'1 build tested, 1 target could not be: 1 inconclusive, 2 bypassed, 1 partial, 1 uncalled, 1 absent, 4 honored.',
	);
});

test('within a family the worst symbol comes first', t => {
	const text = renderTerminal(everyKind, plain);
	t.true(text.indexOf(' PyErr_SetString') < text.indexOf(' PyErr_Occurred'));
	t.true(text.indexOf(' PyErr_Clear') < text.indexOf(' PyErr_Occurred'));
});

test('of several builds the worst is named first, by the letter of its column', t => {
	const [bad, good] = twoBuilds.targets;
	if (bad === undefined || good === undefined) return t.fail();
	const lines = renderTerminal(report([good, bad]), {columns: 200, colour: false}).split('\n');
	t.regex(lines[1] ?? '', /^B {2}cpython-3\.11\.2/);
	t.regex(lines[2] ?? '', /^A {2}cpython-3\.11\.7/);
});

for (const columns of [60, 80, 100, 200]) {
	test(`no matrix line is wider than a terminal of ${columns} columns`, t => {
		for (const given of [manyBuilds(1, 40), manyBuilds(3, 40), manyBuilds(30, 12)]) {
			const wide = renderTerminal(given, {columns, colour: false})
				.split('\n')
				.filter(line => width(line) > columns);
			t.deepEqual(wide, []);
		}
	});
}

test('every build of thirty has its letter in the head of a column', t => {
	const heads = renderTerminal(manyBuilds(30, 4), plain).match(/^error .*$/gm) ?? [];
	t.deepEqual(
		heads.flatMap(head => head.trim().split(/ +/).slice(1)),
		[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'AA', 'AB', 'AC', 'AD'],
	);
});

test('without colour there is no escape character, with colour there is', t => {
	t.false(renderTerminal(everyKind, plain).includes('\u001b'));
	t.true(renderTerminal(everyKind, {...plain, colour: true}).includes('\u001b[31;1m✗'));
});

test('colour changes nothing but colour', t => {
	const coloured = renderTerminal(twoBuilds, {...plain, colour: true});
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
	const stripped = coloured.replace(/\u001b\[[\d;]*m/g, '').replace(/ +$/gm, '');
	t.is(stripped, renderTerminal(twoBuilds, plain).replace(/ +$/gm, ''));
});

test('a terminal without Unicode gets ASCII only, and every glyph has its stand-in', t => {
	const text = renderTerminal(hostileReport, {...plain, unicode: false});
	t.notRegex(text, /[^ -~\n]/);
	for (const glyph of ['x', '+', '~', 'o', '-', '?']) t.true(text.includes(` ${glyph}`), glyph);
});

test('no control or direction character of a report reaches the terminal', t => {
	t.notRegex(renderTerminal(hostileReport, plain).replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
});

test('the same report gives the same text twice', t => {
	t.is(renderTerminal(manyBuilds(3, 40), plain), renderTerminal(manyBuilds(3, 40), plain));
});

test('routes of a symbol that fare alike on every build share a row, with their calls added', t => {
	const text = renderTerminal(twoBuilds, plain);
	t.regex(text, /^ +outside +✓ 1,234,631 +✓ 128$/m);
});

test('a partial share is never rounded to all or nothing', t => {
	const share = (calls: number, bypassed: number) =>
		renderTerminal(
			report([
				target({
					findings: [],
					functions: functionsOf([
						{
							...(oneOfEach[0] as (typeof oneOfEach)[number]),
							verdict: {kind: 'partial', calls, bypassed, bound: 1, because: 'unknown'},
						},
					]),
				}),
			]),
			plain,
		).match(/◐ (\S+)$/m)?.[1];
	t.is(share(2_227_297, 57), '>99%');
	t.is(share(1, 1_000_000), '<1%');
	t.is(share(1, 1), '50%');
});

test('a route that one build does not have joins the row that it fares alike with, and counts where it is', t => {
	const honored = (calls: number) => ({kind: 'honored', calls}) as const;
	const bypassed = {kind: 'bypassed', bypassed: 7, because: 'executable-defines-it'} as const;
	const shared = target({
		id: 'a',
		functions: functionsOf([claim('F', 'executable', honored(1)), claim('F', 'dlsym', honored(20))]),
	});
	const fixed = target({id: 'b', functions: functionsOf([claim('F', 'dlsym', bypassed)])});
	const text = renderTerminal(report([shared, fixed]), plain);
	t.regex(text, /^ F {2,}all +✓ 21 +✗ 7$/m);
	const other = target({
		id: 'c',
		functions: functionsOf([claim('F', 'executable', honored(5)), claim('F', 'dlsym', bypassed)]),
	});
	const apart = renderTerminal(report([shared, other]), plain);
	t.regex(apart, /^ F {2,}dlsym +✓ 20 +✗ 7$/m);
	t.regex(apart, /^ {3,}exec +✓ 1 +✓ 5$/m);
});

test('what RTLD_DEEPBIND passes by counts against no build', t => {
	const deep = claim('malloc', 'deepbind', {kind: 'bypassed', bypassed: 9, because: 'deepbind'}, 'libc-memory');
	const open = target({
		functions: functionsOf([claim('malloc', 'interpreter', {kind: 'honored', calls: 9}, 'libc-memory'), deep]),
	});
	const [, line = ''] = renderTerminal(report([open]), {columns: 200, colour: false}).split('\n');
	t.regex(line, / honors the one overrides? called; 1 bypassed by RTLD_DEEPBIND\.$/);
});
