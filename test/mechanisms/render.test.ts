/** This file holds the table of mechanisms: its words for each outcome, on one build and on several. */

import test from 'ava';
import type {MechanismCell, MechanismsBuild} from '../../src/model/mechanisms.js';
import {renderMechanisms} from '../../src/render/mechanisms/mechanisms.js';
import {golden} from '../support/golden.js';

const plain = {columns: 100, colour: false};

const cells: readonly MechanismCell[] = [
	{mechanism: 'ld-preload', event: 'PyErr_Occurred', outcome: {kind: 'every', events: 1000, seen: 2000}},
	{mechanism: 'ld-audit-pltenter', event: 'PyErr_Occurred', outcome: {kind: 'none', events: 1000}},
	{mechanism: 'inline-hook', event: 'PyErr_Occurred', outcome: {kind: 'some', events: 1000, seen: 77}},
	{
		mechanism: 'uprobe',
		event: 'malloc',
		outcome: {kind: 'unavailable', because: 'the system does not permit it to this user'},
	},
];

function build(change: Partial<MechanismsBuild> = {}): MechanismsBuild {
	return {
		id: 'cpython-3.11.7-shared-0a1b2c3d',
		executable: '/opt/python',
		interpreter: {path: '/opt/libpython3.11.so.1.0', soname: null, buildId: null, linkage: 'shared'},
		python: {implementation: 'cpython', version: '3.11.7', abiflags: '', debug: false, freeThreaded: false},
		cells,
		...change,
	};
}

function rendered(builds: readonly MechanismsBuild[], options: {unicode?: boolean} = {}): string {
	return renderMechanisms(
		{schema: 2, tool: {name: 'pyinterpose', version: '0'}, builds, failures: []},
		{...plain, ...options},
	);
}

test('every outcome has its words', t => golden(t, 'mechanisms/one.txt', rendered([build()])));
test('two builds of one version are told apart by their ids', t => {
	golden(t, 'mechanisms/two.txt', rendered([build(), build({id: 'cpython-3.11.7-shared-99999999'})]));
});
test('no build is no table', t => t.is(rendered([]), ''));
test('ASCII terminals get ASCII, and hostile strings move no cursor', t => {
	const evil: MechanismCell = {
		mechanism: 'uprobe',
		event: 'malloc',
		outcome: {kind: 'unavailable', because: 'x\u001b[2J\u202e'},
	};
	t.regex(rendered([build({cells: [...cells, evil]})], {unicode: false}), /^[\n -~]*$/);
});
