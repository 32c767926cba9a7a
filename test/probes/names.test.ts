/** This file holds the names and the data under probes/ to the list of symbols. */

import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {runner} from '../../src/gather/counted/run.js';
import {overrides} from '../../src/ledger/slots.js';
import {effectFamilies, interpreterFamilies, libcFamilies, routes} from '../../src/model/claim.js';

const folder = dirname(dirname(runner));
const families = [...interpreterFamilies, ...libcFamilies];
const bySymbol = new Map(overrides().map(({symbol, family}) => [symbol, family]));

interface Named {
	readonly file: string;
	readonly symbol: string;
	readonly route: string;
	/** The function's text, up to the next one's. */
	readonly text: string;
}

const probes: readonly Named[] = readdirSync(folder)
	.filter(name => name.endsWith('.py'))
	.flatMap(file =>
		readFileSync(join(folder, file), 'utf8')
			.split(/^(?=def )/m)
			.flatMap(text => {
				const [, symbol, route] = /^def (\w+?)__([a-z]+)\(n\):\n/.exec(text) ?? [];
				return symbol === undefined || route === undefined ? [] : [{file, symbol, route, text}];
			}),
	);

test('every probe is named for a symbol of hooks.def, and stands in the file of its family', t => {
	for (const {file, symbol} of probes.filter(({file}) => file !== 'effect.py')) {
		const family = bySymbol.get(symbol);
		t.is(file, `${family === 'import' ? 'import_' : family?.replace('-', '_')}.py`, symbol);
	}
});

test('every effect has a probe', t => {
	t.deepEqual(
		probes.filter(({file}) => file === 'effect.py').map(({symbol, route}) => `${symbol}/${route}`),
		effectFamilies.map(family => `${family.replace('-', '_')}/interpreter`),
	);
});

test('a probe in a file of its own takes a route that the interpreter takes', t => {
	t.deepEqual([...new Set(probes.map(({route}) => route))].sort(), ['interpreter', 'table']);
});

test('no claim has two probes', t => {
	const ids = probes.map(({symbol, route}) => `${symbol}/${route}`);
	t.deepEqual(ids, [...new Set(ids)]);
});

test('every function of the interpreter that a running interpreter can call has a probe for the route interpreter', t => {
	const probed = new Set(probes.filter(({route}) => route === 'interpreter').map(({symbol}) => symbol));
	// What a process calls once, by starting and ending, the driver counts without a probe.
	const wanted = overrides().filter(
		({family}) => (interpreterFamilies as readonly string[]).includes(family) && family !== 'lifecycle',
	);
	t.deepEqual(
		wanted.filter(({symbol}) => !probed.has(symbol)).map(({symbol}) => symbol),
		[],
	);
});

test('every probe says in one line what call is made, and where in CPython', t => {
	for (const {symbol, route, text} of probes) {
		t.regex(text, /^def .*\n {4}"""\S.{20,}\."""\n/, `${symbol}__${route}`);
	}
});

test('every excluded pair names a symbol of hooks.def and a route, once, with its reason as a sentence', t => {
	const rows = JSON.parse(readFileSync(join(folder, '../data/excluded.json'), 'utf8')) as Record<string, string>[];
	const pairs = rows.map(({symbol, route}) => `${symbol}/${route}`);
	t.true(rows.length > 0);
	t.deepEqual(pairs, [...new Set(pairs)]);
	for (const {symbol = '', route = '', reason = ''} of rows) {
		t.true(bySymbol.has(symbol), symbol);
		t.true((routes as readonly string[]).includes(route), route);
		t.regex(reason, /^[A-Z].*\.$/);
	}
});

test('the families that the files are named for are all there are', t => {
	t.deepEqual([...new Set([...bySymbol.values()])].sort(), [...families].sort());
});
