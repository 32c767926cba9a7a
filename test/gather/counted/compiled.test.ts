/** This file tests that a Python compiles the probes once, and that nothing that goes wrong there costs more than time. */

import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {type CompiledRequest, compiledProbes, compiler} from '../../../src/gather/counted/compiled.js';
import {python} from '../../support/python.js';
import {interpreterOf} from '../../support/pythons.js';
import {workshop} from '../../support/workshop.js';

function requested(t: ExecutionContext, file = python) {
	const {folder} = workshop(t);
	const cache = join(folder, 'cache');
	const request: CompiledRequest = {
		launch: {file, argv: [], env: {}, native: ''},
		interpreter: interpreterOf(python),
		env: {XDG_CACHE_HOME: cache},
		folder,
		timeoutSeconds: 60,
		signal: new AbortController().signal,
	};
	const kept = () => {
		const place = join(cache, 'pyinterpose/probes');
		return existsSync(place) ? readdirSync(place).map(name => join(place, name)) : [];
	};
	return {request, kept};
}

/** No Python: what comes from there was kept. */
const nothing = {file: '/bin/false', argv: [], env: {}, native: ''};

test('a Python compiles the probes, and the next time they are there without it', async t => {
	const {request, kept} = requested(t);
	const made = readFileSync((await compiledProbes(request)) ?? '');
	t.is(kept().length, 1);
	t.deepEqual(readFileSync((await compiledProbes({...request, launch: nothing})) ?? ''), made);
	t.false(existsSync(join(dirname(compiler), '__pycache__')));
});

test('what another interpreter compiled is not given to this one', async t => {
	const {request} = requested(t);
	t.not(await compiledProbes(request), null);
	t.is(await compiledProbes({...request, interpreter: '/bin/false', launch: nothing}), null);
});

test('what was damaged is compiled anew, and kept', async t => {
	const {request, kept} = requested(t);
	const made = readFileSync((await compiledProbes(request)) ?? '');
	const [file = ''] = kept();
	const whole = readFileSync(file);
	writeFileSync(file, whole.subarray(0, whole.length - 1));
	t.is(await compiledProbes({...request, launch: nothing}), null);
	t.deepEqual(readFileSync((await compiledProbes(request)) ?? ''), made);
	t.deepEqual(readFileSync(file), whole);
});

test('without a place for a cache the Python compiles them each time', async t => {
	const {request, kept} = requested(t);
	t.not(await compiledProbes({...request, env: {}}), null);
	t.deepEqual(kept(), []);
	t.is(await compiledProbes({...request, env: {}, launch: nothing}), null);
});

for (const file of ['/bin/false', '/bin/true', '/nowhere/python']) {
	test(`there is nothing where ${file} is to compile them, and nothing is kept`, async t => {
		const {request, kept} = requested(t, file);
		t.is(await compiledProbes(request), null);
		t.deepEqual(kept(), []);
	});
}

test('a folder that cannot be written is an error that names it', async t => {
	const {request} = requested(t);
	await compiledProbes(request);
	await t.throwsAsync(compiledProbes({...request, folder: '/proc'}), {
		message: /^\/proc\/probes\.compiled cannot be written: /,
	});
});
