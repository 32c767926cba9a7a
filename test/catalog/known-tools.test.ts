/** This file tests the table of known tools, and what a build means for them. */

import test from 'ava';
import {knownTools} from '../../src/catalog/known-tools/known-tools.js';
import {whoChanges, whoIsHit} from '../../src/catalog/who-is-hit.js';
import type {CallFate, KnownTool, ToolKind, ToolOutcome} from '../../src/model/known-tool.js';
import {toolKinds} from '../../src/model/known-tool.js';
import {space} from '../../src/render/space.js';
import {changeSentences, fateSentence, whoIsHitLines} from '../../src/render/who-is-hit.js';

test('every tool has a name of its own, a source, a version, and functions in order', t => {
	t.is(new Set(knownTools.map(({name}) => name)).size, knownTools.length);
	for (const tool of knownTools) {
		t.regex(tool.source, /^https:\/\/\S+$/, tool.name);
		t.not(tool.version, '', tool.name);
		t.deepEqual([...tool.functions], [...new Set(tool.functions)].sort(), tool.name);
		t.is(tool.functions.length === 0, tool.kind === 'allocator-api' || tool.kind === 'other', tool.name);
		t.false(tool.notRun === null && tool.package === null, tool.name);
	}
});

test('every kind of tool is in the table, and the tools that the field speaks of are', t => {
	t.deepEqual([...new Set(knownTools.map(({kind}) => kind))].sort(), [...toolKinds].sort());
	const names = new Set(knownTools.map(({name}) => name));
	for (const name of ['libfaketime', 'jemalloc', 'tcmalloc', 'mimalloc', 'snmalloc', 'heaptrack', 'libeatmydata']) {
		t.true(names.has(name), name);
	}
	for (const name of [
		'fakeroot',
		'nss_wrapper',
		'uid_wrapper',
		'socket_wrapper',
		'AddressSanitizer',
		'LeakSanitizer',
	]) {
		t.true(names.has(name), name);
	}
	for (const name of ['bytehound', 'Scalene', 'memray', 'Fil', 'gil_load', 'vmprof', 'didyoumean', 'MALT', 'ddprof']) {
		t.true(names.has(name), name);
	}
	for (const name of ['uftrace', 'py-spy', 'bcc memleak']) t.true(names.has(name), name);
});

function tool(kind: ToolKind, functions: readonly string[] = ['f']): KnownTool {
	const [version, source] = ['1', 'https://example.org/'];
	return {name: `a ${kind}`, kind, does: 'tests', functions, version, source, package: null, notRun: 'it is a test'};
}

type Row = readonly [kind: ToolKind, fate: Omit<CallFate, 'symbol'>, outcome: ToolOutcome];

const inside = (because: string): Omit<CallFate, 'symbol'> => ({
	caller: 'interpreter',
	verdict: {kind: 'bypassed', because},
});
const rows: readonly Row[] = [
	['preload', {caller: 'interpreter', verdict: {kind: 'honored'}}, 'keeps'],
	['preload', inside('symbolic-functions'), 'loses'],
	['preload', {caller: 'interpreter', verdict: {kind: 'partial', because: 'same-unit'}}, 'partly'],
	['preload', {caller: 'interpreter', verdict: {kind: 'uncalled'}}, 'unknown'],
	['preload', {caller: 'interpreter', verdict: {kind: 'uncalled', wouldBe: 'bypassed'}}, 'loses'],
	['preload', {caller: 'interpreter', verdict: {kind: 'uncalled', wouldBe: 'honored'}}, 'keeps'],
	['preload', {caller: 'interpreter', verdict: {kind: 'uncalled', wouldBe: null}}, 'unknown'],
	['preload', {caller: 'interpreter', verdict: {kind: 'absent'}}, 'unknown'],
	['preload', {caller: 'interpreter', verdict: {kind: 'inconclusive', because: 'no Python'}}, 'unknown'],
	['preload', {caller: 'extension', verdict: {kind: 'bypassed', because: 'executable-defines-it'}}, 'loses'],
	['preload', {caller: 'deepbind', verdict: {kind: 'bypassed', because: 'deepbind'}}, 'unknown'],
	['got-rewrite', {caller: 'interpreter', verdict: {kind: 'honored'}}, 'keeps'],
	['got-rewrite', inside('symbolic-functions'), 'loses'],
	['got-rewrite', inside('executable-defines-it'), 'loses'],
	['got-rewrite', {caller: 'extension', verdict: {kind: 'bypassed', because: 'executable-defines-it'}}, 'keeps'],
	['got-rewrite', inside('other-object-defines-it'), 'keeps'],
	['got-rewrite', inside('unknown'), 'unknown'],
	['code-patch', inside('symbolic-functions'), 'keeps'],
	['code-patch', {caller: 'interpreter', verdict: {kind: 'absent'}}, 'loses'],
	['uprobe', inside('executable-defines-it'), 'keeps'],
	['uprobe', {caller: 'interpreter', verdict: {kind: 'absent'}}, 'loses'],
	['allocator-api', inside('symbolic-functions'), 'untouched'],
	['other', inside('symbolic-functions'), 'untouched'],
];

const outcome = test.macro({
	exec(t, [kind, fate, expected]: Row) {
		t.is(whoIsHit([{symbol: 'f', ...fate}], [tool(kind)])[0]?.outcome, expected);
		// A function that the tool does not hook says nothing of it.
		const [other] = whoIsHit([{symbol: 'g', ...fate}], [tool(kind)]);
		t.is(other?.outcome, expected === 'untouched' ? 'untouched' : 'unknown');
	},
	title: (_ = '', [kind, {caller, verdict}, expected]: Row) =>
		`a ${kind} is '${expected}' where a call by the ${caller} is ${verdict.kind}, ${verdict.because ?? 'without a cause'}${verdict.wouldBe === undefined ? '' : `, and would be ${verdict.wouldBe}`}`,
});
for (const row of rows) test(outcome, row);

test('a pattern hooks every function that it matches, and no other', t => {
	const fates = ['_Znwm', '_ZdlPv', 'malloc'].map(
		(symbol): CallFate => ({symbol, caller: 'extension', verdict: {kind: 'honored'}}),
	);
	const [hit] = whoIsHit(fates, [tool('preload', ['_Zn*'])]);
	t.deepEqual(
		hit?.kept.map(({symbol}) => symbol),
		['_Znwm'],
	);
});

test('what changes between two builds is named with its cause, and nothing else is', t => {
	const fate = (kind: 'honored' | 'bypassed'): CallFate[] => [
		{symbol: 'f', caller: 'interpreter', verdict: {kind, because: 'symbolic-functions'}},
		{symbol: 'f', caller: 'extension', verdict: {kind: 'honored'}},
	];
	const tools = [tool('preload'), tool('uprobe')];
	const [before, after] = [whoIsHit(fate('honored'), tools), whoIsHit(fate('bypassed'), tools)];
	const lost = [{symbol: 'f', caller: 'interpreter', because: 'symbolic-functions'}];
	const changes = whoChanges(before, after);
	t.deepEqual(changes, [
		{tool: tools[0], before: 'keeps', after: 'partly', lost, gained: []},
	] as unknown as typeof changes);
	t.deepEqual(
		whoChanges(after, before).map(({lost, gained}) => [lost.length, gained.length]),
		[[0, 1]],
	);
	t.deepEqual(whoChanges(before, before), []);
	t.deepEqual(changeSentences(changes), [
		'Who loses calls: a preload (f; bound by -Bsymbolic-functions).',
		'What they hook is read from: a preload 1, https://example.org/.',
	]);
	t.deepEqual(changeSentences([]), []);
});

test('the losers are told of with their reasons, the others by name', t => {
	const fates = whoIsHit(
		[{symbol: 'f', caller: 'interpreter', verdict: {kind: 'bypassed', because: 'lto'}}],
		toolKinds.map(kind => tool(kind)),
	);
	t.deepEqual(whoIsHitLines(fates, space({columns: 200, colour: false})), [
		'Who is hit',
		'  a preload (is preloaded) loses all its calls: f from inside the interpreter (bound by LTO).',
		'  a got-rewrite (rewrites GOT slots) loses all its calls: f from inside the interpreter (bound by LTO).',
		'  Keep their calls: a code-patch, a uprobe.',
		'  Need no override: a allocator-api, a other.',
	]);
	for (const fate of fates) t.regex(fateSentence(fate), /^a [\w-]+ \(.*\).*\.$/);
});

test('hostile names reach no terminal', t => {
	const evil = {...tool('preload'), name: '\u001b[2J'};
	const fates = whoIsHit(
		[{symbol: 'f', caller: 'interpreter', verdict: {kind: 'bypassed', because: '\u001b[1m'}}],
		[evil],
	);
	t.notRegex(whoIsHitLines(fates, space({columns: 80, colour: false})).join(''), /[\p{Cc}\p{Cf}]/u);
});
