/** This file tests contracts: what they say, what breaks them, and where the errors point. */

import test, {type ExecutionContext} from 'ava';
import {checkBaseline} from '../../src/contract/baseline.js';
import {checkContract, checkInspected, holdContract} from '../../src/contract/check.js';
import {readContract} from '../../src/contract/read.js';
import {writeContract} from '../../src/contract/write.js';
import {SuiteError} from '../../src/errors.js';
import type {InspectReport} from '../../src/model/binding.js';
import {claimKey} from '../../src/model/contract.js';
import {reportedClaims} from '../../src/model/reported-claims.js';
import type {Prediction, Verdict} from '../../src/model/verdict.js';
import {endedSentence} from '../../src/render/report/broken.js';
import {manyBuilds} from '../support/many.js';
import {changed, claim, everyKind, functionsOf, inlinedUnknown, report, target, twoBuilds} from '../support/reports.js';

const honored: Verdict = {kind: 'honored', calls: 64};
const ninety: Verdict = {kind: 'partial', calls: 90, bypassed: 10, bound: 1, because: 'same-unit'};
const bypassed: Verdict = {kind: 'bypassed', bypassed: 64, because: 'lto'};
const uncalled: Verdict = {kind: 'uncalled', references: 0, 'would-be': null};
const wouldBe = (prediction: Prediction): Verdict => ({kind: 'uncalled', references: 5, 'would-be': prediction});
const absent: Verdict = {kind: 'absent'};
const unknown: Verdict = {kind: 'inconclusive', because: 'the probe crashed'};

const why = 'reason = "the profiler needs it"';

test('honored keeps a rule that expects it', keeps, honored, 'expect = "honored"', 'kept');
test('partial breaks a rule that expects honored', keeps, ninety, 'expect = "honored"', 'broken');
test('partial keeps a rule with a share below its own', keeps, ninety, 'expect = "honored"\nshare = 0.85', 'kept');
test('partial keeps a rule with just its share', keeps, ninety, 'expect = "honored"\nshare = 0.9', 'kept');
test('partial breaks a rule with a share above its own', keeps, ninety, 'expect = "honored"\nshare = 0.95', 'broken');
test('bypassed breaks a rule that expects honored', keeps, bypassed, 'expect = "honored"', 'broken');
test(
	'bypassed breaks a rule that expects honored if called',
	keeps,
	bypassed,
	'expect = "honored-if-called"',
	'broken',
);
test('bypassed keeps a rule by which it may be lost', keeps, bypassed, 'expect = "may-be-lost"', 'kept');
test('honored keeps a rule by which it may be lost', keeps, honored, 'expect = "may-be-lost"', 'kept');
test('uncalled breaks a rule that expects honored', keeps, uncalled, 'expect = "honored"', 'broken');
test('uncalled keeps a rule that expects honored if called', keeps, uncalled, 'expect = "honored-if-called"', 'kept');
test(
	'what would be honored keeps a rule that expects honored if called',
	keeps,
	wouldBe('honored'),
	'expect = "honored-if-called"',
	'kept',
);
test('what would be partial breaks it', keeps, wouldBe('partial'), 'expect = "honored-if-called"', 'broken');
test('what would be bypassed breaks it', keeps, wouldBe('bypassed'), 'expect = "honored-if-called"', 'broken');
test(
	'what would be bypassed keeps a rule that expects no override',
	keeps,
	wouldBe('bypassed'),
	'expect = "not-overridable"',
	'kept',
);
test(
	'what would be honored breaks a rule that expects no override',
	keeps,
	wouldBe('honored'),
	'expect = "not-overridable"',
	'broken',
);
test(
	'what would be honored breaks a rule that expects honored',
	keeps,
	wouldBe('honored'),
	'expect = "honored"',
	'broken',
);
test('absent breaks a rule that expects honored', keeps, absent, 'expect = "honored"', 'broken');
test('absent keeps a rule that expects honored if called', keeps, absent, 'expect = "honored-if-called"', 'kept');
test('bypassed keeps a rule that expects no override', keeps, bypassed, 'expect = "not-overridable"', 'kept');
test('honored breaks a rule that expects no override', keeps, honored, 'expect = "not-overridable"', 'broken');
test('partial breaks a rule that expects no override', keeps, ninety, 'expect = "not-overridable"', 'broken');
test('inconclusive leaves a rule that expects honored undecided', keeps, unknown, 'expect = "honored"', 'undecided');
test(
	'inconclusive leaves a rule that expects no override undecided',
	keeps,
	unknown,
	'expect = "not-overridable"',
	'undecided',
);
test('inconclusive keeps a rule by which it may be lost', keeps, unknown, 'expect = "may-be-lost"', 'kept');

function keeps(t: ExecutionContext, verdict: Verdict, rule: string, outcome: string): void {
	const given = report([target({functions: functionsOf([claim('PyErr_Occurred', 'interpreter', verdict)])})]);
	const [broken, ...more] = checkContract(
		given,
		readContract(`[[rule]]\nclaims = "PyErr_Occurred/interpreter"\n${rule}\n${why}`, 'c.toml'),
	);
	t.deepEqual(more, []);
	t.is(broken === undefined ? 'kept' : broken.undecided ? 'undecided' : 'broken', outcome);
	if (broken !== undefined)
		t.like(broken, {seen: verdict, reason: 'the profiler needs it', symbol: 'PyErr_Occurred', route: 'interpreter'});
}

test('a rule on the binding mode is kept by that mode and broken by another', t => {
	const rule = (mode: string) => readContract(`[[rule]]\nbinding = ["${mode}", "symbolic"]\n${why}`, 'c.toml');
	t.deepEqual(checkContract(everyKind, rule('no-semantic-interposition')), []);
	t.like(checkContract(everyKind, rule('preemptible'))[0], {
		claim: 'binding',
		seen: 'no-semantic-interposition',
		expected: 'binding mode preemptible or symbolic',
	});
});

test('a later rule makes an exception from an earlier one', t => {
	const text = rules(
		'families = "error"\nexpect = "honored"',
		'claims = "PyErr_*/interpreter"\nexpect = "may-be-lost"',
	);
	t.deepEqual(checkContract(everyKind, readContract(text, 'c.toml')), []);
});

test('a rule for other builds says nothing of this one', t => {
	const text = rules('targets = "*3.11.7*"\nclaims = "*"\nexpect = "honored"');
	t.deepEqual(checkContract(twoBuilds, readContract(text, 'c.toml')), []);
});

test('a pattern without a slash names every route, one with a slash the routes it says', t => {
	const broken = (pattern: string) =>
		checkContract(everyKind, readContract(rules(`claims = "${pattern}"\nexpect = "not-overridable"`), 'c.toml')).map(
			({claim}) => claim,
		);
	t.deepEqual(broken('PyErr_Occurred'), [
		'PyErr_Occurred/dlsym',
		'PyErr_Occurred/extension',
		'PyErr_Occurred/interpreter',
	]);
	t.deepEqual(broken('PyErr_Occurred/??t*'), ['PyErr_Occurred/extension', 'PyErr_Occurred/interpreter']);
	t.deepEqual(broken('*/dlsym'), ['PyErr_Occurred/dlsym']);
});

// What is wrong, the contract, and the whole message.
for (const [what, text, message] of [
	['a syntax error', 'schema = 1\n[[rule]\n', /^c\.toml:2:\d+: /],
	['a value that is cut', 'schema = \n', /^c\.toml:1:\d+: /],
	['a duplicate key', 'schema = 1\nschema = 1', /^c\.toml:2:1: /],
	['no rule', 'schema = 1\n', 'c.toml:1:1: the contract has no [[rule]].'],
	['another schema', 'schema = 2\n', 'c.toml:1:1: this version reads contracts of schema 1.'],
	['an unknown key outside rules', '\ntitle = "x"\n', "c.toml:2:1: there is no key 'title'."],
	['rules that are a number', 'rule = 7\n', 'c.toml:1:1: rules are written as [[rule]] tables.'],
	[
		'an unknown key of a rule',
		`${rules('claims = "x"\nexpect = "honored"')}\n  verdict = 1`,
		/^c\.toml:5:3: a rule has no key 'verdict'; it has targets, claims, /,
	],
	['a rule about nothing', rules('expect = "honored"'), /^c\.toml:1:1: the rule needs 'claims'/],
	[
		'a rule without a reason',
		'[[rule]]\nclaims = "x"\nexpect = "honored"\n',
		/^c\.toml:1:1: the rule needs a 'reason'/,
	],
	['a rule that expects nothing', rules('claims = "x"'), /^c\.toml:1:1: a rule expects one of honored, /],
	[
		'a rule that expects a word of its own',
		rules('claims = "x"\nexpect = "maybe"'),
		/^c\.toml:3:10: 'maybe' is none of honored, /,
	],
	[
		'an unknown route',
		rules('routes = [\n "interpreter",\n "cor"]\nexpect = "honored"'),
		/^c\.toml:4:2: 'cor' is none of interpreter, /,
	],
	[
		'an unknown family',
		rules('families = ["libc-*", "libm"]\nexpect = "honored"'),
		"c.toml:2:23: no family is called 'libm'.",
	],
	['an unknown binding mode', rules('binding = "lazy"'), /^c\.toml:2:11: 'lazy' is none of preemptible, /],
	[
		'claims in a rule on the binding mode',
		rules('binding = "mixed"\nclaims = "x"'),
		/^c\.toml:3:1: a rule on the binding mode has no key 'claims'/,
	],
	[
		'a share of nothing',
		rules('claims = "x"\nexpect = "honored"\nshare = 0'),
		/^c\.toml:4:1: share is a number above 0 and at most 1, not 0\./,
	],
	[
		'a share with what may be lost',
		rules('claims = "x"\nexpect = "may-be-lost"\nshare = 0.5'),
		"c.toml:4:1: a share contradicts expect = 'may-be-lost'.",
	],
	[
		'a severity of its own',
		rules('claims = "x"\nexpect = "honored"\nseverity = "fatal"'),
		"c.toml:4:12: 'fatal' is none of error, warning.",
	],
	[
		'a day that no calendar has',
		rules('claims = "x"\nexpect = "honored"\nuntil = "2027-02-30"'),
		"c.toml:4:1: until is a day such as 2027-01-31, not '2027-02-30'.",
	],
	[
		'a day with a time of day',
		rules('claims = "x"\nexpect = "honored"\nuntil = 2027-01-31T12:00:00Z'),
		/^c\.toml:4:1: until is a day such as 2027-01-31, not "2027-01-31T12:00:00/,
	],
	[
		'a rule that ends where no day is given',
		rules('claims = "x"\nexpect = "honored"\nuntil = 2027-01-31'),
		'c.toml:1:1: the rule ends with 2027-01-31, and it is not known what day it is.',
	],
	[
		'claims in a rule on exported names',
		rules('exports = "Py*"\nclaims = "x"'),
		"c.toml:3:1: a rule on exported names has no key 'claims'; it has targets, exports, optional, severity, until, reason.",
	],
	['an empty list', rules('claims = []\nexpect = "honored"'), 'c.toml:2:1: claims is an empty list.'],
	['a pattern that is a number', rules('claims = [1]\nexpect = "honored"'), 'c.toml:2:1: claims takes text, not 1.'],
	[
		'a pattern that matches no claim',
		rules('claims = ["PyErr_*",\n\t"PyEr_*"]\nexpect = "honored"'),
		"c.toml:3:2: no tested claim matches 'PyEr_*'.",
	],
	[
		'a pattern that matches no build',
		rules('targets = "pypy-*"\nfamilies = "error"\nexpect = "honored"'),
		"c.toml:2:11: no tested build matches 'pypy-*'.",
	],
	[
		'selectors that have no claim in common',
		rules('families = "error"\nroutes = "table"\nexpect = "honored"'),
		'c.toml:1:1: no tested claim matches the rule.',
	],
	[
		'rules that contradict each other',
		rules('families = "error"\nexpect = "honored"', 'claims = "PyErr_Clear/interpreter"\nexpect = "not-overridable"'),
		"c.toml:5:1: the rule expects 'PyErr_Clear/interpreter' not-overridable, and the rule at line 1 expects it honored.",
	],
	[
		'a rule that later rules leave without effect',
		rules('claims = "PyErr_Clear"\nexpect = "honored"', 'families = "error"\nexpect = "may-be-lost"'),
		'c.toml:1:1: the rule has no effect: rules below it decide every claim that it names.',
	],
	[
		'hostile text',
		rules('claims = "\\u001b[2J\\u202e"\nexpect = "honored"'),
		/^c\.toml:2:1: no tested claim matches '\\u\{1b\}\[2J\\u\{202e\}'\.$/,
	],
] as const) {
	test(`${what} is an error at its line and column`, t => {
		const error = t.throws(() => checkContract(everyKind, readContract(text, 'c.toml')), {instanceOf: SuiteError});
		if (typeof message === 'string') t.is(error?.message, message);
		else t.regex(error?.message ?? '', message);
	});
}

test('a rule holds on its last day, and is told to have ended on the day after it', t => {
	const text = rules('claims = "PyErr_Occurred/interpreter"\nexpect = "not-overridable"\nuntil = 2026-11-26');
	const held = (day: string) => holdContract(everyKind, readContract(text, 'c.toml', day));
	t.is(held('2026-11-26').broken.length, 1);
	t.deepEqual(held('2026-11-26').ended, []);
	t.deepEqual(held('2026-11-27').broken, []);
	t.is(held('2026-11-27').kept.size, 0);
	t.deepEqual(held('2026-11-27').ended.map(endedSentence), [
		'c.toml:1:1: the rule ended with 2026-11-26 and holds nothing any more: take it out, or give it a later day. the profiler needs it',
	]);
});

test('an exception that ended gives way to the rule above it, and its patterns may match nothing by then', t => {
	const text = rules(
		'claims = "PyErr_Occurred/interpreter"\nexpect = "not-overridable"',
		'claims = ["PyErr_Occurred/*", "PyEr_*"]\nexpect = "may-be-lost"\nuntil = "2026-11-26"',
	);
	t.throws(() => checkContract(everyKind, readContract(text, 'c.toml', '2026-11-26')), {
		message: /no tested claim matches 'PyEr_\*'/,
	});
	t.is(checkContract(everyKind, readContract(text, 'c.toml', '2026-11-27')).length, 1);
});

test('a rule of the severity warning says so of what breaks it, one without a severity is an error', t => {
	const severities = (rule: string) =>
		checkContract(everyKind, readContract(rules(rule), 'c.toml')).map(({severity}) => severity);
	const rule = 'claims = "PyErr_Occurred/interpreter"\nexpect = "not-overridable"';
	t.deepEqual(severities(`${rule}\nseverity = "warning"`), ['warning']);
	t.deepEqual(severities(rule), ['error']);
});

test('a rule on exported names is kept where each matches, and broken by each name that matches none', t => {
	const functions = functionsOf([
		claim('PyErr_Occurred', 'interpreter', honored),
		claim('_PyErr_Fetch', 'interpreter', honored),
		claim('readline_hook', 'interpreter', bypassed),
		claim('malloc', 'interpreter', honored, 'libc-memory'),
	]).map(one =>
		one.symbol === 'malloc'
			? one
			: {...one, references: {preemptible: 1, bound: 0, recursive: 0, folded: 0, inlined: null}},
	);
	const build = target({functions, binding: {...target().binding, functions: 3}});
	const held = (rule: string, given = build) => holdContract(report([given]), readContract(rules(rule), 'c.toml'));
	const [broken, ...more] = held('exports = ["Py*", "_Py*"]').broken;
	t.deepEqual(more, []);
	t.like(broken, {
		claim: 'readline_hook/exported',
		seen: 'exported',
		expected: 'a name that matches Py* or _Py*',
		undecided: false,
	});
	const kept = held('exports = ["Py*", "_Py*", "readline_*"]');
	t.deepEqual(kept.broken, []);
	t.deepEqual([...kept.kept], [claimKey(build.id, 'exports')]);
	t.like(
		held('exports = "*"', {...build, binding: {...build.binding, functions: 4}}).broken,
		[{claim: 'exports', undecided: true, seen: {because: 'only 3 of 4 exported functions were looked at'}}],
		'what was not looked at may have any name',
	);
});

test('a tested symbol on a route that the build cannot take is broken, a symbol nobody tests is an error', t => {
	const text = (id: string) => rules(`claims = "${id}"\nexpect = "honored"`);
	t.like(checkContract(everyKind, readContract(text('PyErr_Clear/executable'), 'c.toml'))[0], {
		claim: 'PyErr_Clear/executable',
		seen: null,
	});
	t.deepEqual(
		checkContract(everyKind, readContract(text('PyErr_Clear/executable').replace('honored', 'may-be-lost'), 'c.toml')),
		[],
	);
	for (const id of ['PyErr_Claer/executable', 'PyErr_Clear/executible', 'PyErr_Clear/interpreter/x']) {
		t.throws(() => checkContract(everyKind, readContract(text(id), 'c.toml')), {
			message: /^c\.toml:2:10: no tested claim/,
		});
	}
});

test('claims and families that have no claim in common are an error', t => {
	const text = rules('claims = "PyErr_*"\nfamilies = "memory"\nexpect = "honored"');
	t.throws(() => checkContract(everyKind, readContract(text, 'c.toml')), {message: /^c\.toml:1:1: no tested claim/});
});

test('an optional rule may match nothing', t => {
	const text = rules(
		'claims = "PyEr_*"\nexpect = "honored"\noptional = true',
		'targets = "pypy-*"\nbinding = "mixed"\noptional = true',
	);
	t.deepEqual(checkContract(everyKind, readContract(text, 'c.toml')), []);
});

for (const [name, given] of [
	['every kind of verdict', everyKind],
	['many symbols', manyBuilds(1, 60)],
] as const) {
	test(`a contract written from a build with ${name} is kept by that build`, t => {
		const [build] = given.targets;
		if (build === undefined) return t.fail();
		const text = writeContract(build);
		t.deepEqual(checkContract(given, readContract(text, 'c.toml')), []);
	});
}

test('a contract written from an overridable build is short, and every claim of it is held', t => {
	const [, good] = twoBuilds.targets;
	if (good === undefined) return t.fail();
	const text = writeContract(good);
	t.true(text.split('\n').length < 50);
	const lost = {...good, functions: changed(good, one => ({...one, verdict: bypassed}))};
	t.is(checkContract(report([lost]), readContract(text, 'c.toml')).length, reportedClaims(good).length);
});

test('a baseline is broken by what it honored and the build lost, and by nothing else', t => {
	const before = report([
		target({
			functions: functionsOf([
				claim('A', 'interpreter', honored),
				claim('B', 'interpreter', bypassed),
				claim('C', 'interpreter', ninety),
				claim('D', 'interpreter', honored),
				claim('E', 'interpreter', ninety),
				claim('F', 'interpreter', ninety),
				claim('G', 'interpreter', ninety),
			]),
		}),
	]);
	const after = report([
		target({
			functions: functionsOf([
				claim('A', 'interpreter', bypassed),
				claim('B', 'interpreter', absent),
				claim('C', 'interpreter', honored),
				claim('D', 'interpreter', unknown),
				claim('E', 'interpreter', {...ninety, calls: 50, bypassed: 50}),
				claim('F', 'interpreter', bypassed),
				claim('G', 'interpreter', {...ninety, calls: 9, bypassed: 1}),
			]),
		}),
	]);
	t.deepEqual(
		checkBaseline(after, before, 'base.json')
			.map(({claim, expected, undecided}) => `${claim} ${expected} ${undecided}`)
			.sort(),
		[
			'A/interpreter honored false',
			'D/interpreter honored true',
			'E/interpreter partial, with no smaller share false',
			'F/interpreter partial, with no smaller share false',
		],
	);
	t.deepEqual(checkBaseline(before, before, 'base.json'), []);
});

test('a baseline of no such build is an error', t => {
	t.throws(() => checkBaseline(report([]), everyKind, 'base.json'), {
		instanceOf: SuiteError,
		message: /base\.json has no build in common/,
	});
});

test('a contract holds any ELF object by what refers to its functions from inside', t => {
	const reach = (preemptible: number, bound: number) => ({
		calls: {preemptible, bound},
		addresses: {preemptible: 0, bound: 0},
		recursive: 0,
		folded: 0,
		inlined: null,
	});
	const file: InspectReport = {
		path: 'wheel/alloc.so',
		soname: null,
		buildId: null,
		machine: 'x86-64',
		binding: {mode: 'symbolic-functions', functions: 3, preemptible: 1, partial: 0, bound: 1, unreferenced: 1},
		inlined: inlinedUnknown,
		symbols: [
			{symbol: 'my_free', ...reach(0, 3), verdict: 'bound'},
			{symbol: 'my_malloc', ...reach(2, 0), verdict: 'preemptible'},
			{symbol: 'my_unused', ...reach(0, 0), verdict: 'unreferenced'},
		],
	};
	const contract = readContract(rules('claims = "my_*"\nexpect = "honored-if-called"'), 'c.toml');
	t.deepEqual(
		checkInspected([file], contract).map(({claim, because, target}) => [target, claim, because]),
		[['wheel/alloc.so', 'my_free/interpreter', 'symbolic-functions']],
	);
});

test('a function that an ELF object no longer exports is absent, by its name; a pattern for it is a slip of the pen', t => {
	const file: InspectReport = {
		path: 'wheel/alloc.so',
		soname: null,
		buildId: null,
		machine: 'x86-64',
		binding: {mode: 'preemptible', functions: 0, preemptible: 0, partial: 0, bound: 0, unreferenced: 0},
		inlined: inlinedUnknown,
		symbols: [],
	};
	const held = (claims: string) =>
		checkInspected([file], readContract(rules(`claims = ["${claims}"]\nexpect = "honored"`), 'c.toml'));
	t.deepEqual(
		held('my_free').map(({claim, seen}) => [claim, seen]),
		[['my_free/interpreter', {kind: 'absent'}]],
	);
	t.is(held('my_free/interpreter').length, 1);
	t.throws(() => held('my_*'), {message: /no tested claim matches 'my_\*'/});
});

function rules(...bodies: readonly string[]): string {
	return bodies.map(body => `[[rule]]\n${body}\n${why}`).join('\n');
}
