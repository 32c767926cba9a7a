/** This file shows how evidence becomes the rows of a report: which functions, which callers, whose numbers, which cause. */

import test from 'ava';
import {type AccountedBuild, account} from '../../src/judge/account.js';
import type {Reach, StaticWitness, SymbolReferences} from '../../src/model/binding.js';
import type {Caller, Family, Route} from '../../src/model/claim.js';
import type {ByCaller, ProbedClaim, Workload} from '../../src/model/evidence.js';
import type {CallsReport} from '../../src/model/report.js';
import type {Cause} from '../../src/model/verdict.js';

const none: ByCaller = {interpreter: 0, executable: 0, extension: 0, library: 0};

function references(calls: Reach, addresses: Reach): SymbolReferences {
	return {symbol: 'f', calls, addresses, recursive: 0, folded: 0, inlined: null, verdict: 'partial'};
}

const reach = (preemptible: number, bound: number): Reach => ({preemptible, bound});

function witness(found: SymbolReferences | null, imports: readonly (readonly [string, number])[] = []): StaticWitness {
	return {
		bySymbol: new Map(found === null ? [] : [['f', found]]),
		imports: new Map(imports),
		causeOf: (): Cause => 'same-unit',
	} as Partial<StaticWitness> as StaticWitness;
}

function probed(
	route: Route,
	honored: Partial<ByCaller>,
	made: number | null = null,
	family: Family = 'error',
): ProbedClaim {
	return {
		claim: {id: `f/${route}`, symbol: 'f', route, family},
		defined: true,
		counted: {kind: 'counted', honored: {...none, ...honored}, bypassed: null, made},
	};
}

function workload(
	calls: Partial<Record<Caller, readonly [number, number | null]>>,
	entriesCounted = true,
	family: Family | null = null,
): Workload {
	const counts = Object.entries(calls).map(([caller, [honored, bypassed]]) => [caller, {honored, bypassed}]);
	return {bySymbol: new Map([['f', {family, entriesCounted, calls: Object.fromEntries(counts)}]])};
}

function rows(changes: Partial<AccountedBuild>): readonly CallsReport[] {
	const [one] = account({
		linkage: 'shared',
		exports: new Set(['f']),
		probed: [],
		preload: 'kept',
		workload: null,
		witness: witness(references(reach(2, 0), reach(0, 0))),
		first: null,
		wants: () => true,
		...changes,
	});
	return one?.calls ?? [];
}

function row(caller: Caller | Route, changes: Partial<AccountedBuild>): CallsReport | undefined {
	return rows(changes).find(one => one.caller === caller);
}

test('a function that no probe knows has its row, with what its references predict', t => {
	t.deepEqual(
		rows({}).map(({caller, verdict}) => [caller, verdict]),
		[['interpreter', {kind: 'uncalled', references: 2, 'would-be': 'honored'}]],
	);
});

test('each caller that the workload saw has a row, sorted, and the interpreter has one in any case', t => {
	const callers = rows({workload: workload({library: [1, 0], extension: [2, 0]})}).map(({caller}) => caller);
	t.deepEqual(callers, ['extension', 'interpreter', 'library']);
});

test('bound addresses count for the interpreter as bound calls do', t => {
	const bound = {witness: witness(references(reach(2, 0), reach(0, 1))), workload: workload({interpreter: [5, 0]})};
	t.like(row('interpreter', bound)?.verdict, {kind: 'partial', bound: 1});
	const open = {witness: witness(references(reach(2, 0), reach(1, 0))), workload: workload({interpreter: [5, 0]})};
	t.is(row('interpreter', open)?.verdict.kind, 'honored');
});

test('a route through a table is judged by addresses alone', t => {
	const probe = [
		{
			...probed('table', {interpreter: 20}),
			counted: {kind: 'counted', honored: {...none, interpreter: 20}, bypassed: none, made: null},
		} as const,
	];
	t.is(row('table', {probed: probe, witness: witness(references(reach(0, 9), reach(1, 0)))})?.verdict.kind, 'honored');
	t.is(row('table', {probed: probe, witness: witness(references(reach(9, 0), reach(1, 1)))})?.verdict.kind, 'partial');
});

test('where entries were not counted nobody entering is unknown, not none', t => {
	const bound = witness(references(reach(1, 1), reach(0, 0)));
	t.is(row('interpreter', {witness: bound, workload: workload({}, false)})?.verdict.kind, 'inconclusive');
	t.is(row('interpreter', {witness: bound, workload: workload({}, true)})?.verdict.kind, 'uncalled');
});

test('calls through dlsym and RTLD_DEEPBIND are counted under our extension', t => {
	for (const route of ['dlsym', 'deepbind', 'extension'] as const) {
		t.is(row(route, {probed: [probed(route, {extension: 20, library: 3}, 20)]})?.honored, 20, route);
	}
});

test('where the executable holds the interpreter it defines what is called, by whomever', t => {
	for (const caller of ['interpreter', 'extension'] as const) {
		const changes = {linkage: 'static', workload: workload({[caller]: [0, 9]})} as const;
		t.like(row(caller, changes)?.verdict, {kind: 'bypassed', because: 'executable-defines-it'}, caller);
		const shared = row(caller, {workload: workload({[caller]: [0, 9]})})?.verdict;
		t.false(shared?.kind === 'bypassed' && shared.because === 'executable-defines-it', caller);
	}
});

test('who passes a shared interpreter’s override by has an address that its tables gave, where they are bound', t => {
	const calls = workload({extension: [3, 9]});
	const handed = witness(references(reach(0, 3), reach(0, 1)));
	t.like(row('extension', {witness: handed, workload: calls})?.verdict, {because: 'handed-out-address'});
	t.like(row('extension', {workload: calls})?.verdict, {because: 'unknown'});
});

test('a function that the interpreter imports is predicted by the places that name it', t => {
	const probe = [probed('interpreter', {}, null, 'libc-time')];
	const changes = {probed: probe, exports: new Set<string>()};
	t.deepEqual(row('interpreter', {...changes, witness: witness(null, [['f', 4]])})?.verdict, {
		kind: 'uncalled',
		references: 4,
		'would-be': 'honored',
	});
	t.deepEqual(row('interpreter', {...changes, witness: witness(null)})?.verdict, {
		kind: 'uncalled',
		references: 0,
		'would-be': null,
	});
});

test('another object that defines the function first is named', t => {
	const probe = [probed('interpreter', {}, null, 'libc-memory')];
	const [one] = account({
		linkage: 'shared',
		exports: new Set(),
		probed: probe,
		preload: 'kept',
		workload: null,
		witness: witness(null, [['f', 4]]),
		first: new Map([['f', {kind: 'other', soname: 'liballoc.so.1'}]]),
		wants: () => true,
	});
	t.is(one?.definedBy, 'liballoc.so.1');
	t.like(one?.calls[0]?.verdict, {kind: 'bypassed', because: 'other-object-defines-it'});
});

test('a function that the interpreter’s file holds for itself passes the override by for it alone', t => {
	const first = new Map([['f', {kind: 'hidden'}]] as const);
	const libc = {exports: new Set<string>(), witness: witness(null), first};
	const own = {...libc, probed: [probed('interpreter', {}, null, 'libc-memory')]};
	t.deepEqual(row('interpreter', own)?.verdict, {kind: 'bypassed', bypassed: null, because: 'executable-defines-it'});
	const others = {...libc, probed: [probed('extension', {extension: 20}, 20, 'libc-memory')]};
	t.is(row('extension', others)?.verdict.kind, 'honored');
});

test('what is not wanted has no row, and a function without rows is left out', t => {
	t.deepEqual(rows({wants: (symbol, _, caller) => symbol === 'f' && caller === 'extension'}), []);
});

test('how often others pass an override of libc’s by is known where its entries were counted, and else of the interpreter only', t => {
	const calls = {interpreter: [3, null], library: [4, null]} as const;
	const ofLibc = {exports: new Set<string>(), witness: witness(null, [['f', 1]])};
	const uncounted = {...ofLibc, workload: workload(calls, false, 'libc-memory')};
	t.like(row('interpreter', uncounted), {bypassed: 0, verdict: {kind: 'honored'}});
	t.like(row('library', uncounted), {bypassed: null, verdict: {kind: 'inconclusive'}});
	const counted = {...ofLibc, workload: workload({interpreter: [3, 0], library: [4, 0]}, true, 'libc-memory')};
	t.like(row('library', counted), {bypassed: 0, verdict: {kind: 'honored'}});
	// Of a caller that was not seen the probe alone speaks.
	const probe = {...uncounted, probed: [probed('extension', {extension: 20}, 20, 'libc-memory')]};
	t.like(row('extension', probe), {bypassed: 0, workload: null, verdict: {kind: 'honored', calls: 20}});
});
