/**
 * This file builds real CPythons and holds `check` to what each is known to honor. Building takes minutes, so it is done
 * where LAB is set (CI), and where a builder has been before: then the cache has them all.
 */

import test, {type ExecutionContext} from 'ava';
import {internalCalls} from '../../src/lab/sheet.js';
import {interpreterFamilies} from '../../src/model/claim.js';
import type {Report, TargetReport} from '../../src/model/report.js';
import {reportedClaims} from '../../src/model/reported-claims.js';
import {workloadCalls, workloadTotals} from '../../src/model/workload-totals.js';
import {cli} from '../support/cli.js';
import {machine, needing} from '../support/needs.js';

const names = ['shared', 'shared-nsi', 'shared-nsi-lto', 'static', 'shared-symbolic-functions'] as const;
type Name = (typeof names)[number];

const env = process.env.XDG_CACHE_HOME === undefined ? {} : {XDG_CACHE_HOME: process.env.XDG_CACHE_HOME};
const wanted = (process.env.LAB ?? '') !== '' || cached();

/** By name; filled by the first test, which all others wait for. */
const reports = new Map<Name, TargetReport>();

if (!wanted) {
	needing(machine(false, 'the builds of the lab: LAB is not set'))(
		'real CPythons honor what is known of them',
		() => {},
	);
} else {
	test.before('five CPythons are built from one source, and each comes out as named', async t => {
		t.timeout(75 * 60_000);
		const built = cli(['lab', 'build', '--quick', '--json', ...names], {env});
		t.is(built.status, 0, built.stderr);
		const builds = (JSON.parse(built.stdout) as {built: {name: Name; python: string}[]}).built;
		const checked = cli(['check', '--json', ...builds.map(({python}) => python)], {env});
		const report = JSON.parse(checked.stdout) as Report;
		t.deepEqual(report.failures, []);
		for (const {name, python} of builds) {
			const target = report.targets.find(({executable}) => executable === python);
			if (target !== undefined) reports.set(name, target);
		}
		t.is(reports.size, names.length);
	});

	test('shared honors its internal calls, but for those of a function to itself', t => {
		t.is(target('shared').binding.mode, 'preemptible');
		t.true(share('shared') > 0.995, `${share('shared')}`);
		t.deepEqual(verdicts('shared', 'interpreter', 'bypassed'), []);
		t.true(verdicts('shared', 'interpreter', 'honored').length > 40);
		t.deepEqual(verdicts('shared', 'table', 'bypassed'), []);
	});

	test('shared-nsi keeps the calls between translation units and loses those within one', t => {
		t.is(target('shared-nsi').binding.mode, 'no-semantic-interposition');
		t.true(share('shared-nsi') > 0.85 && share('shared-nsi') < 0.995, `${share('shared-nsi')}`);
		const lost = bypassedInside(target('shared-nsi'));
		t.true(lost.length > 10, 'some functions lose calls');
		t.true(honoredInside(target('shared-nsi')).length > 300, 'most keep some');
		t.deepEqual(causes('shared-nsi'), ['same-unit']);
	});

	test('shared-nsi-lto keeps little but stored addresses', t => {
		t.is(target('shared-nsi-lto').binding.mode, 'no-semantic-interposition-lto');
		t.true(share('shared-nsi-lto') > 0 && share('shared-nsi-lto') < 0.25, `${share('shared-nsi-lto')}`);
		t.deepEqual(causes('shared-nsi-lto'), ['lto']);
		t.true(verdicts('shared-nsi-lto', 'interpreter', 'bypassed').length > 20);
		t.true(verdicts('shared-nsi-lto', 'table', 'honored').length > 0, 'stored addresses stay overridable');
		t.true(honoredInside(target('shared-nsi-lto')).length < honoredInside(target('shared-nsi')).length / 4);
	});

	test('shared-symbolic-functions keeps no internal call, and no stored address', t => {
		t.is(target('shared-symbolic-functions').binding.mode, 'symbolic-functions');
		// Tail calls of extensions carry the interpreter's return address.
		t.true(share('shared-symbolic-functions') < 0.001, `${share('shared-symbolic-functions')}`);
		t.deepEqual(verdicts('shared-symbolic-functions', 'interpreter', 'honored'), []);
		t.deepEqual(verdicts('shared-symbolic-functions', 'table', 'honored'), []);
		// An extension that calls through a table of the interpreter's has the address from it.
		t.deepEqual(causes('shared-symbolic-functions'), ['symbolic-functions', 'handed-out-address']);
	});

	test('static keeps none, not even from extension modules', t => {
		const {binding, interpreter} = target('static');
		t.is(binding.mode, 'executable');
		t.is(interpreter.linkage, 'static');
		t.is(workloadTotals(target('static'))?.honored, 0);
		for (const route of ['interpreter', 'table', 'extension', 'dlsym'] as const) {
			t.deepEqual(verdicts('static', route, 'honored'), [], route);
		}
		t.deepEqual(causes('static'), ['executable-defines-it']);
	});

	for (const name of names.filter(name => name !== 'static')) {
		test(`${name} honors every call from an extension module and every lookup`, t => {
			for (const route of ['extension', 'dlsym'] as const) {
				t.deepEqual(verdicts(name, route, 'bypassed'), [], route);
				t.true(verdicts(name, route, 'honored').length > 30, route);
			}
		});
	}

	test('what a relink did is declared nowhere, and that is the one finding against it', t => {
		t.deepEqual(
			contradictions('shared-symbolic-functions').map(({kind}) => kind),
			['binding-contradicts'],
		);
	});

	for (const name of names.filter(name => name !== 'shared-symbolic-functions')) {
		test(`on ${name} the three witnesses agree: declared, static and counted`, t => {
			const claims = reportedClaims(target(name));
			t.deepEqual(contradictions(name), []);
			t.deepEqual(
				claims.filter(({verdict}) => verdict.kind === 'inconclusive'),
				[],
			);
			declaredAgrees(t, name);
		});
	}
}

function contradictions(name: Name): TargetReport['findings'] {
	return target(name).findings.filter(({kind}) => /disagree|contradict/.test(kind));
}

/** What the build says of itself. */
function declaredAgrees(t: ExecutionContext, name: Name): void {
	const said = target(name)
		.declared.facts.map(({value}) => value)
		.join('\n');
	t.is(said.includes('-fno-semantic-interposition'), name.includes('nsi'));
	t.is(said.includes('--with-lto'), name.includes('lto'));
	const shared = target(name).declared.facts.find(fact => fact.name === 'Py_ENABLE_SHARED')?.value;
	t.is(shared, name === 'static' ? '0' : '1');
}

function target(name: Name): TargetReport {
	const found = reports.get(name);
	if (found === undefined) throw new Error(`${name} was not checked`);
	return found;
}

/** Of the calls from inside the interpreter to every exported function, those that an override gets. */
function share(name: Name): number {
	const calls = internalCalls(target(name));
	if (calls === null) throw new Error(`the calls past the overrides were not counted on ${name}`);
	return calls.honored / (calls.honored + calls.bypassed);
}

/** Claims on the interpreter's own symbols: libc's are in another object, and are honored whatever the interpreter's build. */
function verdicts(name: Name, route: string, kind: string): string[] {
	return reportedClaims(target(name))
		.filter(claim => (interpreterFamilies as readonly string[]).includes(claim.family))
		.filter(claim => claim.route === route && claim.verdict.kind === kind)
		.map(({id}) => id);
}

function causes(name: Name): string[] {
	const found = reportedClaims(target(name)).flatMap(({verdict, route}) =>
		'because' in verdict && verdict.kind !== 'inconclusive' && route !== 'deepbind' ? [verdict.because] : [],
	);
	return [...new Set(found)];
}

function honoredInside(one: TargetReport): string[] {
	return inside(one, 'honored');
}

function bypassedInside(one: TargetReport): string[] {
	return inside(one, 'bypassed');
}

function inside({functions}: TargetReport, kind: 'honored' | 'bypassed'): string[] {
	return functions
		.filter(one => workloadCalls(one, 'interpreter').some(calls => (calls[kind] ?? 0) > 0))
		.map(({symbol}) => symbol);
}

function cached(): boolean {
	const {builds} = JSON.parse(cli(['lab', 'list', '--json'], {env}).stdout) as {
		builds: {name: string; phase: string; quick: boolean}[];
	};
	return names.every(name => builds.some(build => build.name === name && build.quick && build.phase === 'checked'));
}
