/**
 * This file builds CPythons that run on musl, and holds what is said of them here to callgrind and to binutils. Building takes minutes, so
 * it is done where LAB is set (CI; `all` at night), and where a builder has been before: then the cache has them.
 */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {isDeepStrictEqual} from 'node:util';
import test from 'ava';
import type {Report, TargetReport} from '../../src/model/report.js';
import {inspectBytes} from '../elf/support/inspect-bytes.js';
import {countByBinutils} from '../elf/support/oracle.js';
import {valgrind} from '../support/callgrind.js';
import {cli} from '../support/cli.js';
import {musl} from '../support/musl.js';
import {machine, needing} from '../support/needs.js';
import {readelfDefines} from '../support/pythons.js';
import {sweptUnderCallgrind} from '../support/swept-under-callgrind.js';
import {workshop} from '../support/workshop.js';

type Name = 'shared-musl' | 'shared-musl-lto';

const env = process.env.XDG_CACHE_HOME === undefined ? {} : {XDG_CACHE_HOME: process.env.XDG_CACHE_HOME};
const kept = cached();
const lab = process.env.LAB ?? '';
const isWanted: Readonly<Record<Name, boolean>> = {
	'shared-musl': lab !== '' || kept.has('shared-musl'),
	// Link-time optimization takes several times as long: once a night.
	'shared-musl-lto': lab === 'all' || kept.has('shared-musl-lto'),
};
const names: readonly Name[] = ['shared-musl', 'shared-musl-lto'];
const made = musl === null ? names.filter(name => isWanted[name]) : [];

/** By name; filled by the first test, which all others wait for. */
const reports = new Map<Name, TargetReport>();

if (made.length > 0) {
	test.before('CPythons that run on musl are built, and each comes out as named', t => {
		t.timeout(75 * 60_000);
		const built = cli(['lab', 'build', '--quick', '--json', ...made], {env});
		t.is(built.status, 0, built.stderr);
		const builds = (JSON.parse(built.stdout) as {built: {name: Name; python: string}[]}).built;
		const checked = cli(['check', '--json', ...builds.map(({python}) => python)], {env});
		t.is(checked.status, 0, checked.stderr);
		const report = JSON.parse(checked.stdout) as Report;
		t.deepEqual(report.failures, []);
		for (const {name, python} of builds) {
			const target = report.targets.find(({executable}) => executable === python);
			if (target !== undefined) reports.set(name, target);
		}
		t.is(reports.size, made.length);
	});
}

for (const name of names) {
	const needs = [machine(isWanted[name], `the lab's ${name}: LAB is not set for it`), musl];
	needing(...needs)(`${name} honors every call that is made, on every route that musl has`, t => {
		const {binding, functions, interpreter} = target(name);
		t.is(binding.mode, 'preemptible');
		const isThere = (symbol: string) => readelfDefines(interpreter.path, symbol);
		t.true(
			functions.every(({symbol, calls}) => calls.every(({verdict}) => verdict.kind !== 'absent' || !isThere(symbol))),
		);
		const calls = functions.flatMap(({calls}) => calls);
		const kinds = new Set(calls.map(({verdict}) => verdict.kind));
		t.deepEqual([...kinds].filter(kind => kind !== 'absent').sort(), ['honored', 'uncalled']);
		const honored = calls.filter(({verdict}) => verdict.kind === 'honored');
		for (const [caller, least] of [
			['interpreter', 600],
			['extension', 150],
			['dlsym', 50],
		] as const) {
			t.true(honored.filter(call => call.caller === caller).length > least, caller);
		}
	});

	needing(...needs)(`${name} has no route of RTLD_DEEPBIND, and the reason is told`, t => {
		const {functions, findings} = target(name);
		t.false(functions.some(({calls}) => calls.some(({caller}) => caller === 'deepbind')));
		t.deepEqual(
			findings.filter(({kind}) => kind === 'no-route').map(({message}) => message),
			["No call is made on the route deepbind: musl's dlopen takes no notice of RTLD_DEEPBIND."],
		);
	});

	needing(...needs)(`${name}: every symbol's references are those that objdump and readelf show`, async t => {
		const {path} = target(name).interpreter;
		const {report} = await inspectBytes(readFileSync(path));
		const expected = countByBinutils(path, report.binding.mode);
		t.is(report.symbols.length, expected.size);
		t.true(expected.size > 1000);
		const seen = report.symbols.map(({symbol, calls, addresses, recursive, folded}) => ({
			symbol,
			counts: {calls, addresses, recursive, folded},
		}));
		t.deepEqual(
			seen.filter(({symbol, counts}) => !isDeepStrictEqual(counts, expected.get(symbol))),
			[],
		);
	});

	needing(...needs)(`${name}: the loader is left to fill a slot for PyErr_Occurred, as readelf shows`, t => {
		const {path} = target(name).interpreter;
		const relocations = execFileSync('readelf', ['-rW', path], {encoding: 'utf8', maxBuffer: 1 << 28});
		t.regex(relocations, /R_\w+_JUMP_SLO\S* .* PyErr_Occurred\b/);
		t.notRegex(execFileSync('readelf', ['-dW', path], {encoding: 'utf8'}), /SYMBOLIC/);
	});

	needing(valgrind, ...needs).serial(`${name}: honored and bypassed calls equal callgrind's`, async t => {
		const {functions} = await sweptUnderCallgrind(target(name).executable, workshop(t).folder);
		t.deepEqual(
			functions.map(({symbol, honored, bypassed}) => `${symbol}: ${honored} honored, ${bypassed} bypassed`),
			functions.map(({symbol, ran, entered}) => `${symbol}: ${ran} honored, ${entered} bypassed`),
		);
		t.true(functions.length > 300, `${functions.length} functions`);
	});
}

function target(name: Name): TargetReport {
	const found = reports.get(name);
	if (found === undefined) throw new Error(`${name} was not checked`);
	return found;
}

/** The names of the builds that the lab's cache has. */
function cached(): ReadonlySet<string> {
	const {builds} = JSON.parse(cli(['lab', 'list', '--json'], {env}).stdout) as {
		builds: {name: string; phase: string; quick: boolean}[];
	};
	return new Set(builds.filter(({phase, quick}) => quick && phase === 'checked').map(({name}) => name));
}
