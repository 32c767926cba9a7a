/** This file holds the judge to the table of docs/index.md: every verdict, each beside the one that a single number would change. */

import test from 'ava';
import {judge} from '../../src/judge/judge.js';
import type {StaticWitness, SymbolReferences} from '../../src/model/binding.js';
import type {Family, Route} from '../../src/model/claim.js';
import type {ByCaller, Counted, Evidence} from '../../src/model/evidence.js';
import type {Cause, Verdict} from '../../src/model/verdict.js';

const none: ByCaller = {interpreter: 0, executable: 0, extension: 0, library: 0};

interface Given {
	readonly route: Route;
	readonly family?: Family;
	readonly defined?: boolean;
	readonly linkage?: 'static' | 'shared';
	readonly unknown?: string;
	readonly honored?: Partial<ByCaller>;
	readonly bypassed?: Partial<ByCaller>;
	readonly made?: number;
	/** References of the function in the interpreter: preemptible, bound. No witness where it is left out. */
	readonly references?: readonly [number, number];
	readonly cause?: Cause;
}

const says = test.macro((t, given: Given, expected: Verdict) => {
	t.deepEqual(judge(evidence(given)), expected);
});

function evidence(given: Given): Evidence {
	const {route, family = 'error', defined = true, linkage = 'shared'} = given;
	return {
		claim: {id: `f/${route}`, symbol: 'f', route, family},
		defined,
		linkage,
		counted: counted(given),
		witness: given.references === undefined ? null : witness(given.references, given.cause ?? null),
	};
}

function counted({unknown, honored, bypassed, made}: Given): Counted {
	if (unknown !== undefined) return {kind: 'unknown', reason: unknown};
	return {
		kind: 'counted',
		honored: {...none, ...honored},
		bypassed: bypassed === undefined ? null : {...none, ...bypassed},
		made: made ?? null,
	};
}

function witness([preemptible, bound]: readonly [number, number], cause: Cause | null): StaticWitness {
	const references = {
		symbol: 'f',
		calls: {preemptible, bound},
		addresses: {preemptible: 0, bound: 0},
		recursive: 0,
		folded: 0,
	};
	return {
		bySymbol: new Map([['f', references as unknown as SymbolReferences]]),
		causeOf: () => cause,
	} as Partial<StaticWitness> as StaticWitness;
}

test(
	'a symbol that the interpreter lacks is absent, whatever was counted',
	says,
	{route: 'interpreter', defined: false, honored: {interpreter: 1}},
	{kind: 'absent'},
);
test(
	'what could not be counted is inconclusive with its reason, whatever the references say',
	says,
	{route: 'interpreter', unknown: 'the shim did not load', references: [0, 3]},
	{kind: 'inconclusive', because: 'the shim did not load'},
);

test(
	'all calls that our extension made ran the override: honored',
	says,
	{route: 'extension', made: 20, honored: {extension: 20}},
	{kind: 'honored', calls: 20},
);
test(
	'all but one of them: partial',
	says,
	{route: 'extension', made: 20, honored: {extension: 19}},
	{kind: 'partial', calls: 19, bypassed: 1, because: 'unknown'},
);
test(
	'none of them: bypassed',
	says,
	{route: 'extension', made: 20},
	{kind: 'bypassed', bypassed: 20, because: 'unknown'},
);
test(
	'calls of other callers are not ours',
	says,
	{route: 'extension', made: 20, honored: {interpreter: 20, library: 20}},
	{kind: 'bypassed', bypassed: 20, because: 'unknown'},
);
test(
	'a static interpreter bypasses because the executable defines it',
	says,
	{route: 'dlsym', linkage: 'static', made: 20},
	{kind: 'bypassed', bypassed: 20, because: 'executable-defines-it'},
);
test(
	'a static interpreter is no cause for a libc function',
	says,
	{route: 'dlsym', family: 'libc-io', linkage: 'static', made: 20},
	{kind: 'bypassed', bypassed: 20, because: 'unknown'},
);
test(
	'an extension opened with RTLD_DEEPBIND bypasses for that',
	says,
	{route: 'deepbind', family: 'libc-io', made: 20},
	{kind: 'bypassed', bypassed: 20, because: 'deepbind'},
);
test(
	'no call made proves nothing',
	says,
	{route: 'extension', made: 0},
	{kind: 'inconclusive', because: 'the probe made no call'},
);
test(
	'more calls counted than made prove a fault of ours',
	says,
	{route: 'extension', made: 20, honored: {extension: 21}},
	{kind: 'inconclusive', because: '20 calls were made and 21 counted'},
);
test(
	'entries that agree with what was made leave the verdict',
	says,
	{route: 'extension', made: 20, bypassed: {extension: 20}},
	{kind: 'bypassed', bypassed: 20, because: 'unknown'},
);
test(
	'entries that do not agree make it inconclusive',
	says,
	{route: 'extension', made: 20, bypassed: {extension: 19}},
	{kind: 'inconclusive', because: 'of 20 calls 0 ran the override and 19 entered the function without it'},
);

test(
	'inside the interpreter, with entries counted: honored',
	says,
	{route: 'interpreter', honored: {interpreter: 5}, bypassed: {}, references: [2, 2]},
	{kind: 'honored', calls: 5},
);
test(
	'inside the interpreter, with entries counted: partial, with the cause that the witness gives',
	says,
	{route: 'interpreter', honored: {interpreter: 5}, bypassed: {interpreter: 3}, references: [2, 2], cause: 'same-unit'},
	{kind: 'partial', calls: 5, bypassed: 3, because: 'same-unit'},
);
test(
	'inside the interpreter, with entries counted: bypassed',
	says,
	{route: 'interpreter', bypassed: {interpreter: 3}, references: [0, 2], cause: 'symbolic'},
	{kind: 'bypassed', bypassed: 3, because: 'symbolic'},
);
test(
	'inside the interpreter, with entries counted: uncalled although all references are bound',
	says,
	{route: 'table', bypassed: {}, references: [0, 2]},
	{kind: 'uncalled'},
);
test(
	"entries from outside the interpreter are not the interpreter's",
	says,
	{route: 'interpreter', bypassed: {extension: 9}, references: [0, 2]},
	{kind: 'uncalled'},
);

test(
	'without entry counts, no bound reference: honored',
	says,
	{route: 'interpreter', honored: {interpreter: 5}, references: [2, 0]},
	{kind: 'honored', calls: 5},
);
test(
	'without entry counts, no bound reference and no call: uncalled',
	says,
	{route: 'interpreter', references: [2, 0]},
	{kind: 'uncalled'},
);
test(
	'without entry counts, no reference at all: uncalled',
	says,
	{route: 'interpreter', references: [0, 0]},
	{kind: 'uncalled'},
);
test(
	'without entry counts, bound references only: bypassed, by how many calls is not known',
	says,
	{route: 'interpreter', references: [0, 2], cause: 'protected'},
	{kind: 'bypassed', bypassed: null, because: 'protected'},
);
test(
	'without entry counts, calls seen beside bound references: inconclusive',
	says,
	{route: 'interpreter', honored: {interpreter: 5}, references: [2, 1]},
	{kind: 'inconclusive', because: '5 calls ran the override, 1 references are bound, and entries were not counted'},
);
test(
	'without entry counts, none seen, both kinds of reference: inconclusive',
	says,
	{route: 'interpreter', references: [2, 1]},
	{kind: 'inconclusive', because: '1 of 3 references are bound, and entries were not counted'},
);
test(
	'without any witness besides, a zero is inconclusive',
	says,
	{route: 'interpreter'},
	{kind: 'inconclusive', because: 'neither entries nor references of the function could be counted'},
);
test(
	'without any witness besides, a count is inconclusive, too',
	says,
	{route: 'interpreter', honored: {interpreter: 5}},
	{kind: 'inconclusive', because: 'neither entries nor references of the function could be counted'},
);

test(
	'the executable in front of a shared interpreter reaches it through PLT or GOT: honored',
	says,
	{route: 'executable', family: 'lifecycle', honored: {executable: 1}, references: [0, 1]},
	{kind: 'honored', calls: 1},
);
test(
	'the executable in front of a shared interpreter that makes no call: uncalled',
	says,
	{route: 'executable', family: 'lifecycle', references: [0, 1]},
	{kind: 'uncalled'},
);
