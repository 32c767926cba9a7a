/** This file tests the runner: what it prints, in which order, and what is left of it when a probe goes wrong. */

import test from 'ava';
import type {Claim, Family, Route} from '../../src/model/claim.js';
import {runProbesOf} from '../support/probe-run.js';
import {python} from '../support/python.js';
import {interpreterOf} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const claim = (id: string, family: Family = 'error'): Claim => {
	const [symbol = '', route = ''] = id.split('/');
	return {id, symbol, route: route as Route, family};
};
const rounds = 20;
const without = {python, rounds, interpreter: null};
const within = {python, rounds, interpreter: interpreterOf(python)};

test('each claim has a line when it begins and one when it is done, and the last line says that the run is', t => {
	const {lines, status, stderr} = runProbesOf({
		...without,
		claims: [claim('PyErr_Format/interpreter'), claim('PyErr_Clear/interpreter')],
	});
	t.deepEqual(lines, [
		{begin: 'PyErr_Format/interpreter'},
		{id: 'PyErr_Format/interpreter', made: null, output: true},
		{begin: 'PyErr_Clear/interpreter'},
		{id: 'PyErr_Clear/interpreter', made: null, output: true},
		{end: true},
	]);
	t.is(status, 0);
	t.is(stderr, '');
});

test('a call of our own objects is made n, 2n and 3n times, and says so', t => {
	const {lines} = runProbesOf({...within, claims: [claim('time/extension', 'libc-time')]});
	t.deepEqual(lines[1], {id: 'time/extension', made: [rounds, 2 * rounds, 3 * rounds], output: null});
});

test('a call of our own objects is made n times where nothing is counted, and says so', t => {
	const {lines} = runProbesOf({...without, claims: [claim('time/extension', 'libc-time')]});
	t.deepEqual(lines[1], {id: 'time/extension', made: [rounds], output: null});
});

test('an identifier that JSON has to escape comes back as it was', t => {
	const odd = 'a "quote", a \\ and an é/extension';
	const {lines} = runProbesOf({...without, claims: [claim(odd)]});
	t.is(lines[0]?.begin, odd);
});

test('what ends an interpreter is called after its end, and says so after the end of the run', t => {
	const {lines, status} = runProbesOf({...without, claims: [claim('Py_FinalizeEx/dlsym', 'lifecycle')]});
	t.deepEqual(lines, [
		{begin: 'Py_FinalizeEx/dlsym'},
		{end: true},
		{id: 'Py_FinalizeEx/dlsym', made: [rounds, 2 * rounds, 3 * rounds], output: null},
	]);
	t.is(status, 0);
});

test('a claim that cannot be taken costs only itself, and says why', t => {
	const {lines} = runProbesOf({
		...without,
		claims: [claim('PyErr_Nonsense/extension'), claim('PyErr_Clear/interpreter')],
	});
	t.deepEqual(lines[1], {
		id: 'PyErr_Nonsense/extension',
		error: 'LookupError: Our objects do not call PyErr_Nonsense.',
	});
	t.deepEqual(lines[3], {id: 'PyErr_Clear/interpreter', made: null, output: true});
});

test('a control run without the shims finds no canary to call', t => {
	const canary: Claim = {id: 'canary/error', symbol: 'pyinterpose_canary_error', route: 'extension', family: 'error'};
	const {lines} = runProbesOf({...without, claims: [canary]});
	t.deepEqual(lines[1], {id: 'canary/error', made: [0], output: null});
});

test('what a claim counted before it went wrong is not in the next one', t => {
	// Since 3.9 the probe finds in its rounds that there is no such call; before, it takes them.
	const claims = [
		claim('gettimeofday/interpreter', 'libc-time'),
		claim('time/extension', 'libc-time'),
		claim('time/dlsym', 'libc-time'),
	];
	const run = runProbesOf({...within, claims});
	t.deepEqual(
		claims.slice(1).map(one => run.difference(one).extension),
		[rounds, rounds],
	);
});

test('a crash keeps every line before it, and the last one tells which claim it was', t => {
	const crashing = workshop(t).compile(
		'caller.so',
		'#include <stdlib.h>\nvoid *PyInit_pyinterpose_caller(void) { abort(); }\nvoid initpyinterpose_caller(void) { abort(); }',
		['-shared', '-fPIC'],
	);
	const {lines, signal} = runProbesOf({
		...without,
		callers: {extension: crashing, deepbind: crashing},
		claims: [claim('PyErr_Clear/interpreter'), claim('PyErr_Clear/extension'), claim('PyErr_Format/interpreter')],
	});
	t.deepEqual(lines.slice(1), [
		{id: 'PyErr_Clear/interpreter', made: null, output: true},
		{begin: 'PyErr_Clear/extension'},
	]);
	t.is(signal, 'SIGABRT');
});
