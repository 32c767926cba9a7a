/** This file tests how claims are made and selected. */

import test from 'ava';
import {claimsOf} from '../../src/catalog/claims.js';
import {probesIn} from '../../src/catalog/probes.js';

import {mustMatchSome, mustSelect, type Selection, selected} from '../../src/catalog/select.js';

import {UsageError} from '../../src/errors.js';
import {readCatalog} from '../../src/gather/catalog.js';
import {meant} from '../../src/meant.js';

const overrides = [
	{symbol: 'PyErr_Clear', family: 'error'},
	{symbol: 'Py_BytesMain', family: 'lifecycle'},
	{symbol: 'time', family: 'libc-time'},
];
const catalog = {
	overrides,
	probes: probesIn(
		['def PyErr_Clear__interpreter(n):\n', 'def effect_time__interpreter(n):\n', 'def helper(n):\n'],
		overrides,
	),
	excluded: [
		{symbol: 'Py_BytesMain', route: 'extension'},
		{symbol: 'Py_BytesMain', route: 'dlsym'},
	],
} as const;

const ids = (kind: 'interpreter' | 'library', linkage: 'static' | 'shared', libc: 'glibc' | 'musl' = 'glibc') =>
	claimsOf(catalog, {kind, linkage, libc}).map(({id}) => id);

test('an interpreter has the routes of extensions, of dlsym, and those that the probes take', t => {
	t.deepEqual(ids('interpreter', 'shared'), [
		'PyErr_Clear/dlsym',
		'PyErr_Clear/extension',
		'PyErr_Clear/interpreter',
		'Py_BytesMain/executable',
		'effect-time/interpreter',
		'time/deepbind',
		'time/dlsym',
		'time/extension',
	]);
});

test('on musl there is no route of RTLD_DEEPBIND, and every other one that there is on glibc', t => {
	t.deepEqual(
		ids('library', 'shared', 'musl'),
		ids('library', 'shared', 'glibc').filter(id => id !== 'time/deepbind'),
	);
	t.true(ids('library', 'shared', 'glibc').includes('time/deepbind'));
});

test("where the executable is the interpreter, its calls are the interpreter's", t => {
	t.true(ids('interpreter', 'static').includes('Py_BytesMain/interpreter'));
	t.false(ids('interpreter', 'static').includes('Py_BytesMain/executable'));
});

test("a library has the launcher's route besides", t => {
	t.true(ids('library', 'shared').includes('PyErr_Clear/executable'));
	t.false(ids('interpreter', 'shared').includes('PyErr_Clear/executable'));
});

test('a probe that is named for no symbol is a fault of ours', t => {
	t.throws(() => probesIn(['def PyErr_Clera__interpreter(n):\n'], overrides), {message: /PyErr_Clera/});
});

test('every claim of the real catalog is made once', t => {
	for (const kind of ['interpreter', 'library'] as const) {
		const all = claimsOf(readCatalog(), {kind, linkage: 'shared', libc: 'glibc'}).map(({id}) => id);
		t.is(new Set(all).size, all.length);
		t.true(all.length > 150);
	}
});

test('a pattern selects symbols and families, and nothing else', t => {
	const claims = claimsOf(catalog, {kind: 'interpreter', linkage: 'shared', libc: 'glibc'});
	const symbols = (...patterns: string[]) =>
		new Set(taken({symbols: patterns, routes: []}, claims).map(({symbol}) => symbol));
	t.deepEqual(symbols('PyErr_*'), new Set(['PyErr_Clear']));
	t.deepEqual(symbols('libc-*'), new Set(['time']));
	t.deepEqual(symbols('Py???_Clear'), new Set(['PyErr_Clear']));
	t.deepEqual(symbols('PyErr_'), new Set());
});

test('a route selects its claims', t => {
	const claims = claimsOf(catalog, {kind: 'interpreter', linkage: 'shared', libc: 'glibc'});
	const some = taken({symbols: [], routes: ['dlsym']}, claims);
	t.true(some.length > 0 && some.every(({route}) => route === 'dlsym'));
});

test('a route that does not exist is refused, and one that does is not', t => {
	t.throws(() => mustSelect({symbols: [], routes: ['interpreters']}, meant), {
		instanceOf: UsageError,
		message: /'interpreters'/,
	});
	t.notThrows(() => mustSelect({symbols: [], routes: ['interpreter']}, meant));
});

test('a pattern that matches no symbol is refused, and one that does is not, known to a probe or only exported', t => {
	const exported = [new Set(['PyUnicode_New'])];
	t.throws(() => mustMatchSome({symbols: ['PyEr_*'], routes: []}, catalog, exported, meant), {
		instanceOf: UsageError,
		message: /'PyEr_\*'/,
	});
	t.throws(() => mustMatchSome({symbols: [`${'*'.repeat(23)}z`], routes: []}, catalog, exported, meant), {
		instanceOf: UsageError,
	});
	t.notThrows(() => mustMatchSome({symbols: ['PyErr_*', 'effect-*', 'PyUni*'], routes: []}, catalog, exported, meant));
});

for (const [word, hint] of [
	['interpretr', /^Did you mean 'interpreter'\? The routes are interpreter, /],
	['core', /^The routes are interpreter, /],
] as const) {
	test(`the route '${word}' is answered with what was meant, or with what there is`, t => {
		const error = t.throws(() => mustSelect({symbols: [], routes: [word]}, meant), {instanceOf: UsageError});
		t.regex(error?.hint ?? '', hint);
	});
}

for (const [pattern, hint] of [
	['PyErr_Claer', /^Did you mean 'PyErr_Clear'\? A pattern may also name a family: /],
	['PyUnicode_Nwe', /^Did you mean 'PyUnicode_New'\? /],
	['lib-time', /^Did you mean 'libc-time'\? /],
	['PyEr_*', /^Did you mean 'PyErr_\*'\? /],
	['nothing-*', /^A pattern may also name a family: /],
	['quite_another', /^A pattern may also name a family: /],
] as const) {
	test(`the pattern '${pattern}' is answered with what was meant, or with what there is`, t => {
		const error = t.throws(
			() => mustMatchSome({symbols: [pattern], routes: []}, catalog, [new Set(['PyUnicode_New'])], meant),
			{instanceOf: UsageError},
		);
		t.regex(error?.hint ?? '', hint);
	});
}

function taken(selection: Selection, claims: ReturnType<typeof claimsOf>): ReturnType<typeof claimsOf> {
	const wants = selected(selection);
	return claims.filter(({symbol, family, route}) => wants(symbol, family, route));
}
