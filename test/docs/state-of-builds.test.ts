/** This file holds the page of the state of builds to its data, and its data to what a reader elsewhere can use. */

import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {packageOf, shownName} from '../../scripts/state-of-builds/names.js';
import {statePage} from '../../scripts/state-of-builds/page.js';
import {rowOf, type State, shownFamilies} from '../../scripts/state-of-builds/row.js';
import {bindingModes} from '../../src/model/binding.js';
import {checkPythons} from '../support/check.js';
import {python} from '../support/python.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const data = readFileSync(`${docs}state-of-builds.json`, 'utf8');
const state: State = JSON.parse(data);
const rows = state.groups.flatMap(group => group.rows.map(row => ({group: group.name, row})));

test('the page of the state of builds is what its data give', t => {
	t.is(readFileSync(`${docs}state-of-builds.md`, 'utf8'), statePage(state));
});

test('its data name no path and no host of the machine that made them', t => {
	for (const group of state.groups) {
		for (const word of JSON.stringify({...group, command: '', transcripts: []}).split(/[\s"]+/)) {
			t.notRegex(word, /^(\/(root|home|tmp|var|usr|opt)\/|\w+:\/\/)/, group.name);
		}
		t.notRegex(JSON.stringify(group.transcripts ?? []), /\/(root|home|tmp|var)\/|:\/\//, group.name);
	}
});

test('every group was checked on a day, or says why it was not', t => {
	for (const {name, date, missing, rows: own} of state.groups) {
		t.is(date === null, missing !== null, name);
		t.is(own.length === 0, missing !== null, name);
		t.true(date === null || /^\d{4}-\d\d-\d\d$/.test(date), name);
	}
});

test('the command of every group is there to repeat it', t => {
	const script = readFileSync(fileURLToPath(new URL('../../../scripts/state-of-builds.sh', import.meta.url)), 'utf8');
	for (const {command, name} of state.groups) {
		const [program = '', group = ''] = command.split(' ');
		t.true(existsSync(fileURLToPath(new URL(`../../../${program}`, import.meta.url))), name);
		t.regex(script, new RegExp(`^\\t\\t${group}\\)`, 'm'), name);
	}
});

test('no row says two things: where the executable holds the interpreter, none of its own calls is honored', t => {
	for (const {group, row} of rows) {
		t.deepEqual(
			row.shares.map(({family}) => family),
			shownFamilies,
		);
		const own = row.shares.filter(({family}) => !family.startsWith('libc-')).map(({interpreter}) => interpreter[0]);
		const honored = own.reduce((a, b) => a + b, 0);
		const what = `${group}: ${row.name}`;
		if (row.mode === 'executable') t.is(honored, 0, what);
		if (row.mode === 'executable') t.is(row.workload?.honored ?? 0, 0, what);
		if (row.mode === 'preemptible') t.true(honored > 0, what);
	}
});

test("a build's row is drawn from its report", async t => {
	const [target] = (await checkPythons({kind: 'named', names: [python]})).targets;
	if (target === undefined) return t.fail();
	const row = rowOf(target, shownName(target), null);
	t.is(row.version, target.python.version);
	t.is(row.mode, target.binding.mode);
	const error = row.shares.find(({family}) => family === 'error')?.interpreter;
	const called = target.functions
		.filter(({family}) => family === 'error')
		.flatMap(({calls}) => calls.filter(({caller}) => caller === 'interpreter'))
		.filter(({verdict}) => verdict.kind === 'honored' || verdict.kind === 'bypassed' || verdict.kind === 'partial');
	t.true(called.length > 0 && (error?.reduce((a, b) => a + b, 0) ?? 0) >= called.length);
	t.true(bindingModes.includes(row.mode));
});

test('a file is of the package that has its name, whichever of its names that is', t => {
	const packages = [
		'libpython3.13-minimal 0',
		'libpython3.13 1',
		'libpython3.13-dbg 2',
		'python3.13-dbg 3',
		'python3.13-minimal 4',
		'python3.13 5',
	];
	t.is(packageOf('libpython3.13.so.1.0', packages), 'libpython3.13 1');
	t.is(packageOf('libpython3.13d.so.1.0', packages), 'libpython3.13-dbg 2');
	t.is(packageOf('python3.13d', packages), 'python3.13-dbg 3');
	t.is(packageOf('python3.13', packages), 'python3.13-minimal 4');
	t.is(packageOf('python3.12', packages), null);
});
