/** This file shows how the rows of a sweep's ledger become its report, and where the report is held to the ELF file. */

import test from 'ava';
import {type Swept, sweepReport} from '../../../src/gather/sweep/attribute.js';
import {sweepDisagreements} from '../../../src/gather/sweep/report.js';
import type {Row} from '../../../src/ledger/ledger.js';
import type {SymbolReferences} from '../../../src/model/binding.js';

const zero: Row = {honored: [0, 0, 0, 0], bypassed: [0, 0, 0, 0]};

function references(calls: number, addresses: number): SymbolReferences {
	const reach = (bound: number) => ({preemptible: 1, bound});
	return {symbol: 'f', calls: reach(calls), addresses: reach(addresses), recursive: 0, folded: 0, verdict: 'partial'};
}

function swept(row: Partial<Row>, changes: Partial<Swept> = {}): Swept {
	return {
		symbols: ['f'],
		rows: [{...zero, ...row}],
		reattributed: [zero.honored],
		entries: new Set(['f']),
		references: new Map([['f', references(1, 0)]]),
		executable: false,
		...changes,
	};
}

const callersOf = test.macro((t, given: Swept, expected: readonly string[]) => {
	const {symbols} = sweepReport(given);
	t.deepEqual(
		symbols.flatMap(({callers}) => callers.map(({caller, honored, bypassed}) => `${caller} ${honored} ${bypassed}`)),
		expected,
	);
});

test('each caller has its own counts', callersOf, swept({honored: [5, 0, 3, 0], bypassed: [2, 0, 0, 0]}), [
	'interpreter 5 2',
	'extension 3 0',
]);
test('a function that nobody entered is left out', callersOf, swept({}), []);
test('what was not counted is null, not zero', callersOf, swept({honored: [5, 0, 0, 0]}, {entries: null}), [
	'interpreter 5 null',
]);
test(
	"a symbol whose entry has no counter has no bypassed calls' number",
	callersOf,
	swept({honored: [5, 0, 0, 0]}, {entries: new Set()}),
	['interpreter 5 null'],
);
test(
	"calls past an override from outside a shared interpreter are the interpreter's own jumps",
	callersOf,
	swept({bypassed: [2, 1, 4, 8]}),
	['interpreter 0 15'],
);
test(
	'so they are not where the interpreter keeps the address in a table that others call through',
	callersOf,
	swept({bypassed: [2, 0, 4, 0]}, {references: new Map([['f', references(1, 1)]])}),
	['interpreter 0 2', 'extension 0 4'],
);
test(
	'nor where the interpreter is the executable, which everybody gets by name',
	callersOf,
	swept({bypassed: [2, 0, 4, 0]}, {executable: true}),
	['interpreter 0 2', 'extension 0 4'],
);

test('tail calls of both sides are summed', t => {
	const reattributed = [[0, 0, 6, 0]];
	t.is(sweepReport(swept({honored: [6, 0, 0, 0], bypassed: [1, 0, 4, 0]}, {reattributed})).symbols[0]?.tailCalls, 10);
	t.is(sweepReport(swept({honored: [6, 0, 0, 0], bypassed: [1, 0, 0, 0]})).symbols[0]?.tailCalls, 0);
});

test('the sums are of all symbols, and of nothing where no entry was counted', t => {
	const two = swept(
		{},
		{
			symbols: ['f', 'g'],
			rows: [
				{...zero, honored: [1, 2, 3, 4]},
				{...zero, bypassed: [5, 0, 0, 0]},
			],
			reattributed: [zero.honored, zero.honored],
			entries: new Set(['f', 'g']),
		},
	);
	const {functions, called, calls} = sweepReport(two);
	t.deepEqual({functions, called, calls}, {functions: 2, called: 2, calls: {honored: 10, bypassed: 5}});
	t.is(sweepReport({...two, entries: null}).calls.bypassed, null);
	t.is(sweepReport({...two, entries: null}).called, 1);
});

test('bypassed calls without a bound reference contradict the ELF file; with one they do not', t => {
	const kinds = (given: Swept) => sweepDisagreements(sweepReport(given)).map(({kind}) => kind);
	const unbound = {references: new Map([['f', references(0, 0)]])};
	t.deepEqual(kinds(swept({bypassed: [2, 0, 0, 0]}, unbound)), ['sweep-disagrees']);
	t.deepEqual(kinds(swept({bypassed: [2, 0, 0, 0]})), []);
	t.deepEqual(kinds(swept({honored: [2, 0, 0, 0]}, unbound)), []);
	// Where the interpreter is the executable, an extension gets its functions by name.
	t.deepEqual(kinds(swept({bypassed: [0, 0, 2, 0]}, {...unbound, executable: true})), []);
});
