/** This file holds every cell of the table of mechanisms, on each kind of build, to what readelf says of the build. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import {eventsOf, type MechanismCell, type MechanismsReport, mechanisms} from '../../src/model/mechanisms.js';
import {preferredPythons} from '../support/audited-pythons.js';
import {cli} from '../support/cli.js';
import {machine, needing} from '../support/needs.js';
import {interpreterOf, systemLibpythons} from '../support/pythons.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/mechanisms.schema.json', import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false}).compile(schema);

const [libpython = null] = systemLibpythons();
const builds = {...preferredPythons, 'whose libpython the linker bound': libpython} as const;

type Expected = MechanismCell['outcome']['kind'];

const reports = new Map<string, MechanismsReport>();

/** One run tells of all cells. */
function cellsOf(path: string): readonly MechanismCell[] {
	const known = reports.get(path) ?? JSON.parse(cli(['mechanisms', '--json', path]).stdout);
	reports.set(path, known);
	return known.builds[0]?.cells ?? [];
}

/** How the interpreter's file refers to a function: by a PLT slot, another GOT slot, or not by name. */
function slotOf(path: string, symbol: string): 'JUMP_SLOT' | 'GLOB_DAT' | null {
	const text = execFileSync('readelf', ['-rW', path], {encoding: 'utf8', maxBuffer: 1 << 28});
	const lines = text.split('\n').filter(line => new RegExp(` ${symbol}(@| |$)`).test(line));
	if (lines.some(line => line.includes('JUMP_SLO'))) return 'JUMP_SLOT';
	return lines.some(line => line.includes('GLOB_DAT')) ? 'GLOB_DAT' : null;
}

/** Whether sys has what the way needs: asked of the version alone. */
function since(version: string, major: number, minor: number): boolean {
	const [a = 0, b = 0] = version.split('.').map(Number);
	return a > major || (a === major && b >= minor);
}

function expected(path: string, version: string, {mechanism, event}: MechanismCell): Expected {
	switch (mechanism) {
		case 'ld-preload':
		case 'got-rewrite':
			return slotOf(interpreterOf(path), event) === null ? 'none' : 'every';
		case 'ld-audit-symbind':
		case 'ld-audit-pltenter':
			return slotOf(interpreterOf(path), event) === 'JUMP_SLOT' ? 'every' : 'none';
		case 'inline-hook':
		case 'uprobe':
		case 'pep-445':
		case 'tracemalloc':
		case 'setprofile':
			return 'every';
		case 'pep-669':
			return since(version, 3, 12) ? 'every' : 'unavailable';
		case 'pep-578':
			return since(version, 3, 8) ? 'every' : 'unavailable';
	}
}

/** The kernel lets root and those with CAP_PERFMON make uprobes. */
const mayProbe = process.getuid?.() === 0;

for (const [kind, path] of Object.entries(builds)) {
	const run = needing(machine(path !== null, `a Python ${kind}`)).serial;
	run(`the table of a Python ${kind} is whole and fits its schema`, t => {
		const cells = cellsOf(path ?? '');
		t.true(valid(reports.get(path ?? '')), JSON.stringify(valid.errors));
		t.is(
			cells.length,
			mechanisms.reduce((sum, mechanism) => sum + eventsOf[mechanism].length, 0),
		);
	});
	for (const mechanism of mechanisms) {
		for (const event of eventsOf[mechanism]) {
			run(`on a Python ${kind} ${mechanism} sees of ${event} what the build lets it see`, t => {
				const cell = cellsOf(path ?? '').find(one => one.mechanism === mechanism && one.event === event);
				if (cell === undefined) return t.fail('there is no such cell');
				const version = reports.get(path ?? '')?.builds[0]?.python.version ?? '';
				const may = mechanism !== 'uprobe' || mayProbe ? [] : ['unavailable'];
				t.true([expected(path ?? '', version, cell), ...may].includes(cell.outcome.kind), JSON.stringify(cell.outcome));
			});
		}
	}
}

test('the schema of the table refuses another outcome, and a cell that is none of the table', t => {
	const tool = {name: 'pyinterpose', version: '0'};
	const report = (cell: object) => ({
		schema: 2,
		tool,
		failures: [],
		builds: [
			{
				id: 'x',
				executable: '/x',
				interpreter: {path: '/x', soname: null, buildId: null, linkage: 'static'},
				python: {implementation: 'cpython', version: '3.13.0', abiflags: '', debug: false, freeThreaded: false},
				cells: [cell],
			},
		],
	});
	const good = {mechanism: 'uprobe', event: 'malloc', outcome: {kind: 'none', events: 1000}};
	t.true(valid(report(good)), JSON.stringify(valid.errors));
	t.false(valid(report({...good, outcome: {kind: 'maybe', events: 1000}})));
	t.false(valid(report({...good, mechanism: 'magic'})));
	t.false(valid(report({...good, outcome: {kind: 'every', events: 1000}})));
});
