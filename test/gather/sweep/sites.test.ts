/** This file shows that a sweep's call sites add up to its counts, and that one which the ELF file does not show is found. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {locateCalls} from '../../../src/gather/sweep/located.js';
import {readInterpreter} from '../../../src/gather/sweep/shims.js';
import type {RawSite} from '../../../src/gather/sweep/sites.js';
import {createSites, readSites} from '../../../src/gather/sweep/sites.js';
import {cli} from '../../support/cli.js';
import {file, needing} from '../../support/needs.js';
import {python} from '../../support/python.js';
import {systemLibpythons} from '../../support/pythons.js';
import {sweptProgram} from '../../support/swept-program.js';
import {type Workshop, workshop} from '../../support/workshop.js';

interface Told {
	readonly functions: readonly {symbol: string; calls: readonly {caller: string; honored: number}[]}[];
	readonly findings: readonly {readonly kind: string}[];
	readonly sites?: readonly {symbol: string; caller: string; function: string | null; form: string; calls: number}[];
}

function told(work: Workshop, options: readonly string[]): Told {
	const file = join(work.folder, 'told.json');
	const {status, stderr} = cli([
		'run',
		...options,
		'--json',
		file,
		'-c',
		'import json, re; json.dumps([1, {}]); re.sub("a+", "b", "aa")',
	]);
	if (status !== 0) throw new Error(stderr);
	return JSON.parse(readFileSync(file, 'utf8'));
}

const addsUp = test.macro((t, target: string) => {
	const {functions, sites = [], findings} = told(workshop(t), ['--python', target, '--sites']);
	const calls = new Map<string, number>();
	for (const {symbol, caller, calls: here} of sites) {
		calls.set(`${symbol} ${caller}`, (calls.get(`${symbol} ${caller}`) ?? 0) + here);
	}
	const counted = functions.flatMap(({symbol, calls}) =>
		calls.map(({caller, honored}) => ({site: `${symbol} ${caller}`, honored})),
	);
	t.deepEqual(
		counted.filter(({honored}) => honored > 0).map(({site, honored}) => `${site} ${honored}`),
		counted.filter(({site}) => calls.has(site)).map(({site}) => `${site} ${calls.get(site)}`),
	);
	t.deepEqual(
		findings.map(({kind}) => kind).filter(kind => /sweep-(unknown-site|no-call|sites-missed)/.test(kind)),
		[],
	);
});

test(
	"call sites add up to each caller's honored calls, and the ELF file shows all that the interpreter calls by name",
	addsUp,
	python,
);
const library = systemLibpythons()[0];
const embedded = needing(file(library, 'a libpython'));
embedded("so it is on a system's libpython", addsUp, library ?? '');

test('call sites are told when they are asked for', t => {
	const work = workshop(t);
	t.is(told(work, ['--python', python]).sites, undefined);
	t.not(told(work, ['--python', python, '--sites']).sites, undefined);
});

const interpreter =
	'int last(int a) { return a; } int middle(int a) { return last(a) + last(a + 1); } int jumps(int a) { return last(a); }';

function fixture(work: Workshop): string {
	return work.compile('libfixture.so', interpreter, [
		'-shared',
		'-fPIC',
		'-O2',
		'-fno-inline',
		'-fno-ipa-cp',
		'-Wl,-soname,libfixture.so',
	]);
}

test('each call site is told by its function, its form and its calls', async t => {
	const work = workshop(t);
	const library = fixture(work);
	const client =
		'int middle(int), jumps(int), last(int); int (*volatile pointer)(int) = last; int main(void) { for (int i = 0; i < 7; i++) { middle(i); jumps(i); pointer(i); } return 0; }';
	const program = work.compile('program', client, ['-O1', library, `-Wl,-rpath,${work.folder}`]);
	const path = join(work.folder, 'sites');
	createSites(path);
	const seen = await sweptProgram(work, {command: [program], interpreter: library, env: {PYINTERPOSE_SITES: path}});
	t.is(seen.count('last'), 28);
	const {sites, findings} = await locateCalls(readInterpreter(library), readSites(path, program));
	t.deepEqual(findings, []);
	t.deepEqual(
		sites
			.filter(({symbol}) => symbol === 'last')
			.map(({caller, form, function: name, calls}) => `${caller} ${form} ${name} ${calls}`)
			.sort(),
		[
			'executable pointer main 7',
			'interpreter call middle 7',
			'interpreter call middle 7',
			'interpreter tail-call main 7',
		],
	);
});

/** Where objdump says that `middle` calls `last` for the first time, and so returns to. */
function firstReturn(library: string): number {
	const lines = execFileSync('objdump', ['-d', '--disassemble=middle', library], {encoding: 'utf8'}).split('\n');
	const call = lines.findIndex(line => /last@plt/.test(line));
	return Number.parseInt(lines[call + 1] ?? '', 16);
}

test('a call site that the ELF file does not show is a finding, and one that it shows is none', async t => {
	const library = fixture(workshop(t));
	const read = readInterpreter(library);
	const slot = read.slots.findIndex(({symbol}) => symbol === 'last');
	const address = firstReturn(library);
	const site: RawSite = {slot, object: library, address, calls: 3, caller: 'interpreter', form: 'call'};
	const kinds = async (sites: readonly RawSite[]) =>
		(await locateCalls(read, {sites, missed: 0})).findings.map(({kind}) => kind);
	t.deepEqual(await kinds([site]), []);
	t.deepEqual(await kinds([{...site, address: address + 1}]), ['sweep-unknown-site']);
	t.deepEqual(await kinds([{...site, address: address + 1, form: 'no-call'}]), ['sweep-no-call']);
	t.deepEqual(await kinds([{...site, address: address + 1, form: 'pointer'}]), []);
	t.deepEqual(await kinds([{...site, object: '/none', caller: 'extension', address: 1}]), []);
	const {findings} = await locateCalls(read, {sites: [], missed: 4});
	t.deepEqual(
		findings.map(({message}) => message),
		['4 calls came from sites for which there was no room.'],
	);
});
