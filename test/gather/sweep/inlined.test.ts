/** This file holds the counts of inlined copies to gdb's, and to the calls that a build makes of the same source that inlines nothing. */

import {spawnSync} from 'node:child_process';
import {exportedFunctions} from '../../../src/binding/exports.js';
import {planEntries} from '../../../src/entries/plan.js';
import {loadX8664Entries} from '../../../src/entries/x86-64/stub.js';
import {copiesRequest} from '../../../src/gather/sweep/copies.js';
import {layout} from '../../../src/ledger/layout.js';
import {findDebugInformation} from '../../../src/object/debug-files.js';
import {readObjectFile} from '../../../src/object/object-file.js';
import {debianPython, releaseOf} from '../../support/debian-python.js';
import {madeIn, rounds, roundsProgram} from '../../support/inlined-work.js';
import {builtAs} from '../../support/lab-built.js';
import {given, machine, needing, program, x86} from '../../support/needs.js';
import {type Workshop, workshop} from '../../support/workshop.js';

/** Of Debian 12 python3.11, of Debian 13 python3.13. */
const debian = debianPython();
const hasDebug = debian !== null && findDebugInformation(debian, {}).kind === 'found';
const withDebian = needing(
	x86,
	program('gdb'),
	given(hasDebug, "the debug information of Debian's Python (python3.11-dbg)"),
);

/** Where each of these begins, in all of its copies that are counted. */
function beginningsOf(path: string, symbols: readonly string[]): ReadonlyMap<string, readonly number[]> {
	const {elf} = readObjectFile(path);
	const names = exportedFunctions(elf).map(({name}) => name);
	const machine = loadX8664Entries(layout());
	const functions = names.map((symbol, slot) => ({symbol, slot}));
	const {entries} = planEntries(elf, functions, machine, new Set());
	const request = copiesRequest(path, names, 0, {});
	if (typeof request === 'string') throw new Error(request);
	const planned = machine.planCopies?.(elf, request.wanted(), entries).entries ?? [];
	return new Map(
		symbols.map(symbol => [
			symbol,
			planned.flatMap(({at, copies = []}) => copies.filter(row => names[row] === symbol).map(() => at)),
		]),
	);
}

/** How often gdb's breakpoints at these places are hit, without our shims. */
function hitsIn(work: Workshop, path: string, places: ReadonlyMap<string, readonly number[]>, count: number) {
	const script = [...new Set([...places.values()].flat())].flatMap((at, index) => [
		`break *${at}`,
		`ignore ${index + 1} 1000000000`,
	]);
	const commands = work.file('commands.gdb', ['set auto-load off', ...script, 'run', 'info breakpoints'].join('\n'));
	const argv = ['-S', '-B', '-s', work.file('rounds.py', roundsProgram), String(count)];
	const env = {PATH: process.env.PATH, PYTHONHASHSEED: '0'};
	const {stdout} = spawnSync('gdb', ['-nx', '-batch', '-x', commands, '--args', path, ...argv], {
		encoding: 'utf8',
		env,
	});
	const hits = new Map<number, number>();
	let at = -1;
	for (const line of stdout.split('\n')) {
		const address = /^\d+ +breakpoint .*0x([0-9a-f]+)/.exec(line)?.[1];
		if (address !== undefined) at = Number.parseInt(address, 16);
		const times = /breakpoint already hit (\d+) times?/.exec(line)?.[1];
		if (times !== undefined) hits.set(at, Number(times));
	}
	return new Map(
		[...places].map(([symbol, some]) => [symbol, some.reduce((sum, place) => sum + (hits.get(place) ?? 0), 0)]),
	);
}

const ten = [
	'PyDict_Keys',
	'PyErr_ExceptionMatches',
	'PyException_GetTraceback',
	'PyFunction_New',
	'PyList_AsTuple',
	'PyObject_GenericSetAttr',
	'PySequence_Contains',
	'PyTuple_GetItem',
	'_PyErr_ExceptionMatches',
	'_PyErr_SetString',
] as const;

withDebian('the inlined copies of ten functions run as often in each round as gdb stops at them', t => {
	t.timeout(300_000);
	const work = workshop(t);
	const path = debian ?? '';
	const places = beginningsOf(path, ten);
	const [some, more] = [1, 2].map(times => hitsIn(work, path, places, times * rounds));
	const made = madeIn(work, path);
	const byGdb = ten.map(symbol => [symbol, (more?.get(symbol) ?? 0) - (some?.get(symbol) ?? 0)] as const);
	t.deepEqual(
		ten.map(symbol => [symbol, made.get(symbol)?.copied] as const),
		byGdb,
	);
	// In 3.13 no copy of PySequence_Contains is reached, and those of PyObject_GenericSetAttr are four times besides.
	const inEach = byGdb.filter(([, hits]) => hits > 0 && hits % rounds === 0);
	t.true(inEach.length >= 8, `in each round: ${inEach.map(([symbol]) => symbol).join(' ')}`);
});

/** What holds the interpreter, of the release that Debian's Python has too: by name of the variant. */
function labBuild(variant: string): string | null {
	const built = builtAs(variant, releaseOf(debian ?? ''));
	return built?.library ?? built?.python ?? null;
}

const plain = labBuild('shared');
const others = ['shared-nsi', 'shared-nsi-lto', 'static', 'static-lto'].map(variant => ({
	variant,
	path: labBuild(variant),
}));

/** How often these are called depends on addresses: on which entries of the method cache, and which keys of a table, collide. */
const byAddress: ReadonlySet<string> = new Set(['PyErr_Occurred', '_PyDict_GetItem_KnownHash', '_PyType_Lookup']);

/** Where the caller does what the copy does, gcc may make one of both and give it to the copy in debug information: too many are counted. */
const merged: Readonly<Record<string, string>> = {
	_PyArg_CheckPositional: 'in super_vectorcall the macro of its name asks first what the function asks',
	PyFrame_GetCode: 'in do_warn the code of a frame is loaded once more behind the loop that has the copy',
	PyMapping_Size: 'in PyObject_LengthHint the call through mp_length is one with the call through sq_length',
};

/** Where the caller has what the copy begins with already, gcc may leave nothing of the copy: too few are counted. */
const leftOut: Readonly<Record<string, string>> = {
	_Py_GetConfig: 'in _PyCode_New the interpreter is known behind the loop that interns constants',
	_Py_GetErrorHandler: 'in copies of PyUnicode_DecodeLocale the name of the handler is known, and with it the handler',
};

/** What differs by as many calls as those of another function that gcc found to be the same. */
const folded: Readonly<Record<string, (plain: Made, made: Made) => number>> = {
	// PyObject_GenericHash calls it and does nothing else: debug information has no copy in it.
	Py_HashPointer: (_, made) => -(made.get('PyObject_GenericHash')?.called ?? 0),
	// With LTO the copies of both have this name.
	_PyBytesWriter_Dealloc: (plain, made) =>
		sumOf(plain, '_PyUnicodeWriter_Dealloc') - sumOf(made, '_PyUnicodeWriter_Dealloc'),
};

type Made = ReturnType<typeof madeIn>;

function sumOf(of: Made, symbol: string): number {
	const {called = 0, copied = 0} = of.get(symbol) ?? {};
	return called + copied;
}

/**
 * Functions of which gcc made another one for some of its callers (NAME.constprop.0, NAME.isra.0). Their calls are calls of that, which
 * is counted nowhere: neither calls of the function nor copies of it.
 */
function clonedIn(path: string): ReadonlySet<string> {
	const {stdout} = spawnSync('nm', [path], {encoding: 'utf8', maxBuffer: 1e8});
	return new Set(stdout.split('\n').flatMap(line => / ([^ .]+)\.(?:constprop|isra)\./.exec(line)?.[1] ?? []));
}

/** Nothing is inlined in the plain build, so that each of its calls is seen. */
for (const {variant, path} of [...others, {variant: 'Debian’s static', path: hasDebug ? debian : null}]) {
	needing(
		x86,
		program('nm'),
		machine(plain !== null, 'shared of the lab'),
		machine(path !== null, `${variant} of the lab`),
	)(
		`${variant}: calls and inlined copies together are the calls that the plain build makes, for each of at least thirty functions`,
		t => {
			t.timeout(300_000);
			const expected = madeIn(workshop(t), plain ?? '');
			const made = madeIn(workshop(t), path ?? '');
			const cloned = clonedIn(path ?? '');
			const compared = [...made].flatMap(([symbol, {called, copied, left}]) => {
				const calls = expected.get(symbol);
				// What differs from run to run is no number of calls per round.
				if (calls === undefined || copied === 0 || calls.called % rounds !== 0 || byAddress.has(symbol)) return [];
				return [{symbol, left, sum: called + copied, expected: calls.called}];
			});
			// Where a place is not counted, the sum is not known.
			const whole = compared.filter(({left}) => left === 0);
			const equal = whole.filter(({sum, expected}) => sum === expected);
			const fewer = whole.filter(({sum, expected}) => sum < expected);
			const more = compared.filter(({sum, expected}) => sum > expected);
			t.log(`${equal.length} functions: ${equal.map(({symbol}) => symbol).join(' ')}`);
			t.log(`fewer: ${fewer.map(({symbol, sum, expected}) => `${symbol} ${sum} of ${expected}`).join(', ')}`);
			t.log(`more: ${more.map(({symbol, sum, expected}) => `${symbol} ${sum} of ${expected}`).join(', ')}`);
			t.true(equal.length >= 30);
			const isFolded = (one: (typeof compared)[number]) =>
				folded[one.symbol]?.(expected, made) === one.sum - one.expected;
			t.deepEqual(
				fewer.filter(one => !(cloned.has(one.symbol) || one.symbol in leftOut || isFolded(one))),
				[],
			);
			t.deepEqual(
				more.filter(one => !(one.symbol in merged || isFolded(one))),
				[],
			);
		},
	);
}
