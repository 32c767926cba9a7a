/** This file shows how the rows of a sweep's ledger become its report, and where the report is held to the ELF file. */

import test from 'ava';
import {type Swept, workloadOf} from '../../../src/gather/sweep/attribute.js';
import {sweepDisagreements} from '../../../src/gather/sweep/report.js';
import type {ForeignEntry} from '../../../src/gather/told.js';
import type {Row} from '../../../src/ledger/row.js';
import type {SymbolReferences} from '../../../src/model/binding.js';

const zero: Row = {honored: [0, 0, 0, 0], bypassed: [0, 0, 0, 0]};

function references(calls: number, addresses: number): SymbolReferences {
	const reach = (bound: number) => ({preemptible: 1, bound});
	return {
		symbol: 'f',
		calls: reach(calls),
		addresses: reach(addresses),
		recursive: 0,
		folded: 0,
		inlined: null,
		verdict: 'partial',
	};
}

function swept(row: Partial<Row>, changes: Partial<Swept> = {}): Swept {
	return {
		slots: [{symbol: 'f', family: null}],
		rows: [{...zero, ...row}],
		inlined: null,
		entries: new Set(['f']),
		aliases: new Map(),
		references: new Map([['f', references(1, 0)]]),
		executable: false,
		told: {first: new Map(), entered: new Map(), loaded: [], complete: true},
		isForeignInterface: object => object.includes('ffi'),
		callsByName: () => true,
		importers: () => new Set(),
		...changes,
	};
}

const callersOf = test.macro((t, given: Swept, expected: readonly string[]) => {
	const {bySymbol} = workloadOf(given);
	t.deepEqual(
		[...bySymbol.values()].flatMap(({calls}) =>
			Object.entries(calls).map(([caller, {honored, bypassed}]) => `${caller} ${honored} ${bypassed}`),
		),
		expected,
	);
});

test('each caller has its own counts', callersOf, swept({honored: [5, 0, 3, 0], bypassed: [2, 0, 0, 0]}), [
	'interpreter 5 2',
	'extension 3 0',
]);
test('a function that nobody entered is left out', callersOf, swept({}), []);
test('what was not counted is null, not zero', callersOf, swept({honored: [5, 0, 0, 0]}, {entries: new Set()}), [
	'interpreter 5 null',
]);
test(
	"a symbol whose entry has no counter has no bypassed calls' number",
	callersOf,
	swept({honored: [5, 0, 0, 0]}, {entries: new Set()}),
	['interpreter 5 null'],
);
const alias = (bypassed: readonly number[]) =>
	swept(
		{honored: [5, 0, 0, 2]},
		{
			entries: new Set(),
			aliases: new Map([['f', 1]]),
			rows: [
				{...zero, honored: [5, 0, 0, 2]},
				{...zero, bypassed},
			],
		},
	);
test(
	'a further name of a function that nobody entered past either override is passed by by nobody',
	callersOf,
	alias([0, 0, 0, 0]),
	['interpreter 5 0', 'library 2 0'],
);
test('under which of its names a function was entered is not known', callersOf, alias([0, 0, 0, 1]), [
	'interpreter 5 null',
	'library 2 null',
]);

const library = {caller: 'library', byName: false, object: '/lib/libffi.so.8'} as const;
const extension = {caller: 'extension', byName: false, object: '/lib/ext.so'} as const;

function entered(...by: readonly ForeignEntry[]): Partial<Swept> {
	return {told: {first: new Map(), entered: new Map([[0, by]]), loaded: [], complete: true}};
}

const unbound = {references: new Map([['f', references(0, 0)]])};

test(
	'an entry by an address is the caller’s where the interpreter binds no call with which it could have jumped',
	callersOf,
	swept({bypassed: [0, 0, 0, 9]}, {...entered(library), ...unbound}),
	['library 0 9'],
);
test(
	'so is one that another object jumped to, of which nothing is told',
	callersOf,
	swept({bypassed: [0, 0, 9, 0]}, unbound),
	['extension 0 9'],
);
test(
	'such an entry is the interpreter’s jump where it binds calls of the function',
	callersOf,
	swept({bypassed: [0, 0, 0, 9]}, entered(library)),
	['interpreter 0 9'],
);
const libc = {caller: 'library', byName: false, object: '/lib/libc.so.6'} as const;
const jumpedTo = {
	...references(1, 0),
	calls: {preemptible: 0, bound: 1},
	addresses: {preemptible: 0, bound: 0},
} as const;
const short = {executable: true, references: new Map([['f', jumpedTo]])} as const;

test(
	'an entry of an executable’s function that returns into libc is the jump that ends main, since libc has no address of the function',
	callersOf,
	swept({bypassed: [2, 0, 0, 1]}, {...entered(libc), ...short}),
	['interpreter 0 3'],
);
test(
	'where something hands its address out, or jumps nowhere, it is libc’s',
	callersOf,
	swept(
		{bypassed: [0, 0, 0, 1]},
		{
			...entered(libc),
			executable: true,
			references: new Map([['f', {...jumpedTo, addresses: {preemptible: 0, bound: 1}}]]),
		},
	),
	['library 0 1'],
);
test(
	'where an object imports it, it is libc’s',
	callersOf,
	swept({bypassed: [0, 0, 0, 1]}, {...entered(libc), ...short, importers: () => new Set(['extension'])}),
	['library 0 1'],
);
test(
	'what returns into another library is that library’s',
	callersOf,
	swept({bypassed: [0, 0, 0, 1]}, {...entered(libc, library), ...short}),
	['library 0 1'],
);
test(
	'an entry by a name that the caller’s own scope resolves is the caller’s, whatever the interpreter binds',
	callersOf,
	swept({bypassed: [2, 0, 9, 0]}, entered({...extension, byName: true})),
	['interpreter 0 2', 'extension 0 9'],
);
test(
	'an entry that returns into an interpreter which binds nothing is the jump of the one kind of object that imports the function',
	callersOf,
	swept({bypassed: [7, 0, 0, 0]}, {...unbound, executable: true, importers: () => new Set(['extension'])}),
	['extension 0 7'],
);
test(
	'where two kinds of object import it, it stays with the interpreter',
	callersOf,
	swept({bypassed: [7, 0, 0, 0]}, {...unbound, importers: () => new Set(['extension', 'library'])}),
	['interpreter 0 7'],
);

const causeIs = test.macro((t, given: Swept, expected: Readonly<Record<string, string>>) => {
	t.deepEqual(workloadOf(given).bySymbol.get('f')?.causes, expected);
});

const handedOut = {references: new Map([['f', references(1, 1)]])};

test(
	'an address from a table of the interpreter’s is handed out',
	causeIs,
	swept({}, {...entered(extension), ...handedOut}),
	{
		extension: 'handed-out-address',
	},
);
test('an address that no table of the interpreter’s holds is from a handle', causeIs, swept({}, entered(extension)), {
	extension: 'handle',
});
test(
	'a foreign function interface has its addresses from a handle',
	causeIs,
	swept({}, {...entered(library), ...handedOut}),
	{
		library: 'handle',
	},
);
test('an own scope is that of RTLD_DEEPBIND', causeIs, swept({}, entered({...extension, byName: true})), {
	extension: 'deepbind',
});
test(
	'where the object has no slot for calls of that name, it is not known by which way it has the function',
	causeIs,
	swept({}, {...entered({...extension, byName: true}), callsByName: () => false}),
	{extension: 'unknown'},
);
test(
	'a static interpreter’s functions need no other cause',
	causeIs,
	swept({}, {...entered(extension), executable: true}),
	{},
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

test('every function that was overridden is told, and whether its entries were counted', t => {
	const two = swept(
		{},
		{
			slots: ['f', 'g', 'h'].map(symbol => ({symbol, family: null})),
			rows: [{...zero, honored: [1, 2, 3, 4]}, {...zero, bypassed: [5, 0, 0, 0]}, zero],
			entries: new Set(['f', 'g', 'h']),
		},
	);
	const told = (given: Swept) =>
		[...workloadOf(given).bySymbol].map(([symbol, {entriesCounted, calls}]) => [
			symbol,
			entriesCounted,
			Object.keys(calls).length,
		]);
	t.deepEqual(told(two), [
		['f', true, 4],
		['g', true, 1],
		['h', true, 0],
	]);
	t.deepEqual(told({...two, entries: new Set(['g'])})[0], ['f', false, 4]);
	t.deepEqual(told({...two, entries: new Set()})[1], ['g', false, 0]);
});

test('bypassed calls without a bound reference contradict the ELF file; with one they do not', t => {
	const kinds = (given: Swept) => sweepDisagreements(workloadOf(given), given.references).map(({kind}) => kind);
	const unbound = {references: new Map([['f', references(0, 0)]])};
	t.deepEqual(kinds(swept({bypassed: [2, 0, 0, 0]}, unbound)), ['sweep-disagrees']);
	t.deepEqual(kinds(swept({bypassed: [2, 0, 0, 0]})), []);
	t.deepEqual(kinds(swept({honored: [2, 0, 0, 0]}, unbound)), []);
	// Where the interpreter is the executable, an extension gets its functions by name.
	t.deepEqual(kinds(swept({bypassed: [0, 0, 2, 0]}, {...unbound, executable: true})), []);
});
