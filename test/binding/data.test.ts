/** This file holds what is said of exported data to readelf and objdump, variable by variable, on real builds. */

import {readFileSync, realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {dataEvidence} from '../../src/binding/data-evidence.js';
import {readElf} from '../../src/elf/elf.js';
import {type DataOfObject, dataByBinutils} from '../elf/support/data-oracle.js';
import {libraries} from '../elf/support/libraries.js';
import {debianPython} from '../support/debian-python.js';
import {allBuiltAs, entries} from '../support/lab-built.js';
import {needing, program, x86} from '../support/needs.js';
import {systemLibpythons, systemPython} from '../support/pythons.js';

const tools = [x86, program('readelf'), program('objdump')];
const here = tools.every(tool => tool === null);

const pythons = here
	? [debianPython(), systemPython(), ...systemLibpythons(), ...pyenvs(), ...labs()].flatMap(path => path ?? [])
	: [];
const others = here
	? libraries()
			.filter(({name}) =>
				/^lib(?:m\.so\.6|stdc\+\+\.so\.6.*|z\.so\.1.*|ncursesw?\.so.*|sqlite3.*|readline.*)$/.test(name),
			)
			.map(({path}) => path)
	: [];

needing(...tools)(`at least one Python and five libraries are compared (${pythons.length}, ${others.length})`, t => {
	t.true(pythons.length >= 1 && others.length >= 5);
});

for (const path of [...new Set([...pythons, ...others])]) {
	test.serial(`${path}: every variable's uses are those that readelf and objdump show`, equalsBinutils, path);
}

function equalsBinutils(t: ExecutionContext, path: string): void {
	const elf = readElf(readFileSync(path));
	const oracle = dataByBinutils(path);
	const isClosed = elf.executable || elf.dynamic?.symbolic === true;
	const {symbols} = dataEvidence(elf);
	const seen = symbols
		.filter(({symbol, storage}) => oracle.variables.has(symbol) && storage === 'process')
		.map(({symbol, size, code, words, unclear, verdict}) => ({
			symbol,
			size,
			code,
			words,
			unclear,
			copied: verdict === 'copied',
		}));
	t.is(seen.length, oracle.variables.size);
	const differing = seen
		.map(one => ({seen: one, expected: expected(one.symbol, oracle, isClosed)}))
		.filter(pair => !isDeepStrictEqual(pair.seen, pair.expected));
	t.deepEqual(differing, []);
}

/** The rules of docs/data.md, on what binutils show. */
function expected(symbol: string, {variables, sectionBegins}: DataOfObject, isClosed: boolean) {
	const places = variables.get(symbol);
	if (places === undefined) throw new Error(symbol);
	const {address, size, named, throughNamed, held, throughHeld, accesses, computed, copied} = places;
	const base = {symbol, size, copied};
	const own = held.filter(({at, value}) => value === address || at < address + size || at - value > 24);
	if (isClosed) {
		return {
			...base,
			code: {preemptible: 0, bound: throughNamed + throughHeld + accesses + computed.length},
			words: {preemptible: 0, bound: named + held.length},
			unclear: 0,
		};
	}
	const isLimit = (place: number) => place === address && sectionBegins.has(address);
	return {
		...base,
		code: {preemptible: throughNamed, bound: accesses},
		words: {preemptible: named, bound: 0},
		unclear:
			throughHeld + computed.filter(place => !isLimit(place)).length + own.filter(({value}) => !isLimit(value)).length,
	};
}

/** Of three versions, where pyenv made some. */
function pyenvs(): readonly string[] {
	const folder = join(homedir(), '.pyenv/versions');
	return entries(folder)
		.filter(name => /^(2\.7|3\.11|3\.13)\.\d+$/.test(name))
		.map(name => realpathSync(join(folder, name, 'bin/python')));
}

function labs(): readonly string[] {
	return ['shared', 'shared-nsi-lto', 'shared-musl-lto', 'static-lto'].flatMap(variant =>
		allBuiltAs(variant).map(({library, python}) => library ?? python),
	);
}
