/** This file tests what `check` shows on a terminal. */

import test, {type ExecutionContext} from 'ava';
import type {Report} from '../../src/model/report.js';
import {renderTerminal} from '../../src/render/report/terminal.js';
import {width} from '../../src/render/text.js';
import {golden} from '../support/golden.js';
import {manyBuilds} from '../support/many.js';
import {
	changed,
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
const detailed = {...plain, details: true};

test('one build with every kind of verdict reads as kept', reads, everyKind, 'terminal/every-kind.txt', 100);
test('on a narrow terminal the same report reads as kept', reads, everyKind, 'terminal/every-kind-narrow.txt', 44);
test('two builds stand side by side as kept', reads, twoBuilds, 'terminal/two-builds.txt', 100);
test('hostile text reads as kept', reads, hostileReport, 'terminal/hostile.txt', 100);
test('a report of nothing says so', reads, nothing, 'terminal/nothing.txt', 100);

function reads(t: ExecutionContext, given: Report, name: string, columns: number): void {
	golden(t, name, renderTerminal(given, {columns, colour: false}));
}

test('the first lines are the answer: by caller, how many functions an override works for, and why not', t => {
	const [first = ''] = renderTerminal(everyKind, {columns: 400, colour: false}).split('\n');
	t.is(
		first,
		"CPython 3.11.2 (shared): LD_PRELOAD overrides work for 1 of 5 functions of Python's C API called by the interpreter " +
			'(bound by LTO, bound by the compiler, 1 in part, 1 not known), for the one function called by others, and for the one function tested of libc.'
				.replace('for the one function called', 'for the one called')
				.replace('for the one function tested', 'for the one tested'),
	);
});

test('one build takes at most twelve lines of 80 columns, whatever its functions', t => {
	for (const given of [...twoBuilds.targets, ...manyBuilds(1, 40).targets, ...manyBuilds(1, 400).targets]) {
		// Each reason of what could not be found out has a line of its own.
		const known = changed(given, one =>
			one.verdict.kind === 'inconclusive' ? {...one, verdict: {kind: 'honored', calls: 1}} : one,
		);
		const lines = renderTerminal(report([{...given, functions: known}]), {columns: 80, colour: false})
			.trimEnd()
			.split('\n');
		t.true(lines.length <= 12, lines.join('\n'));
	}
});

test('eleven builds take at most forty lines of 80 columns', t => {
	const lines = renderTerminal(manyBuilds(11, 400), {columns: 80, colour: false}).trimEnd().split('\n');
	t.true(lines.length <= 40, lines.join('\n'));
});

test('every reason of what could not be found out is told, with the claims that it holds for', t => {
	const text = renderTerminal(everyKind, {columns: 200, colour: false});
	t.true(text.includes('Not found out: PyMem_Malloc/interpreter: the probe ended with signal SIGSEGV.'), text);
});

test('a function that nobody called counts by what its references predict, and is told apart', t => {
	const uncalled = (wouldBe: 'honored' | 'bypassed' | null) =>
		({kind: 'uncalled', references: 1, 'would-be': wouldBe}) as const;
	const text = renderTerminal(
		report([
			target({
				functions: functionsOf([
					claim('A', 'interpreter', {kind: 'honored', calls: 1}),
					claim('B', 'interpreter', uncalled('honored')),
					claim('C', 'interpreter', uncalled('bypassed')),
					claim('D', 'interpreter', uncalled(null)),
				]),
			}),
		]),
		plain,
	);
	t.regex(text, /^interpreter +◐ 2 of 3/m);
	t.true(text.includes('1 called, 2 predicted'), text);
});

test('one to eight functions that are not overridable are named, with their caller', t => {
	const lost = {kind: 'bypassed', bypassed: 7, because: 'same-unit'} as const;
	const claims = Array.from({length: 20}, (_, index) =>
		claim(`Py_F${index}`, 'interpreter', index < 2 ? lost : {kind: 'honored', calls: 1}),
	);
	const text = renderTerminal(report([target({functions: functionsOf(claims)})]), plain);
	t.true(text.includes('All but Py_F0, Py_F1 (interpreter).'), text);
});

test('of a kind that is lost throughout none is odd, though all of the other kind work', t => {
	const lost = {kind: 'bypassed', bypassed: 7, because: 'same-unit'} as const;
	const functions = functionsOf([
		claim('PyErr_Occurred', 'library', lost),
		claim('malloc', 'library', {kind: 'honored', calls: 1}, 'libc-memory'),
	]);
	const text = renderTerminal(report([target({functions})]), plain);
	t.regex(text, /^library +✗ 0 of 1 +✓ 1 of 1/m);
	t.false(text.includes('All but'), text);
});

test('of several builds the worst is named first, by a name that tells it from the others', t => {
	const [bad, good] = twoBuilds.targets;
	if (bad === undefined || good === undefined) return t.fail();
	const lines = renderTerminal(report([good, bad]), {columns: 200, colour: false}).split('\n');
	t.regex(lines[2] ?? '', /^3\.11 shared /);
	t.regex(lines[3] ?? '', /^3\.11 debug shared /);
});

test('the same command is suggested for what is lost, and another where nothing is', t => {
	t.regex(renderTerminal(everyKind, plain), /^Next: pyinterpose explain PyErr_SetString \/usr\/bin\/python3\.11$/m);
	const [, good] = twoBuilds.targets;
	if (good === undefined) return t.fail();
	t.regex(
		renderTerminal(report([good]), plain),
		/^Next: pyinterpose contract init \/usr\/bin\/python3\.11 --file interpose\.toml {2}# hold it in CI$/m,
	);
});

for (const columns of [60, 80, 100, 200]) {
	test(`no matrix line is wider than a terminal of ${columns} columns`, t => {
		for (const given of [manyBuilds(1, 40), manyBuilds(3, 40), manyBuilds(30, 12)]) {
			const wide = renderTerminal(given, {columns, colour: false, details: true})
				.split('\n')
				// A command stays whole, so that it can be copied.
				.filter(line => width(line) > columns && !/^(Next: | {6})pyinterpose /.test(line));
			t.deepEqual(wide, []);
		}
	});
}

test('without colour there is no escape character, with colour there is', t => {
	t.false(renderTerminal(everyKind, plain).includes('\u001b'));
	t.true(renderTerminal(everyKind, {...detailed, colour: true}).includes('\u001b[31;1m✗'));
});

test('colour changes nothing but colour', t => {
	const coloured = renderTerminal(twoBuilds, {...plain, colour: true});
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
	const stripped = coloured.replace(/\u001b\[[\d;]*m/g, '').replace(/ +$/gm, '');
	t.is(stripped, renderTerminal(twoBuilds, plain).replace(/ +$/gm, ''));
});

test('a terminal without Unicode gets ASCII only, and every glyph has its stand-in', t => {
	const text = renderTerminal(hostileReport, {...detailed, unicode: false});
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
	const text = renderTerminal(twoBuilds, detailed);
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
			detailed,
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
	const text = renderTerminal(report([shared, fixed]), detailed);
	t.regex(text, /^ F {2,}all +✓ 21 +✗ 7$/m);
	const other = target({
		id: 'c',
		functions: functionsOf([claim('F', 'executable', honored(5)), claim('F', 'dlsym', bypassed)]),
	});
	const apart = renderTerminal(report([shared, other]), detailed);
	t.regex(apart, /^ F {2,}dlsym +✓ 20 +✗ 7$/m);
	t.regex(apart, /^ {3,}exec +✓ 1 +✓ 5$/m);
});

test('what RTLD_DEEPBIND passes by counts against no build', t => {
	const deep = claim('malloc', 'deepbind', {kind: 'bypassed', bypassed: 9, because: 'deepbind'}, 'libc-memory');
	const open = target({
		functions: functionsOf([claim('malloc', 'interpreter', {kind: 'honored', calls: 9}, 'libc-memory'), deep]),
	});
	const text = renderTerminal(report([open]), {columns: 200, colour: false});
	t.notRegex(text, /deepbind|DEEPBIND/);
	t.regex(text, /^interpreter +✓ 1 of 1$/m);
});
