/** This file tests that whatever is named is resolved to the ELF file behind it, once each. */

import {existsSync, linkSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {SuiteError} from '../../src/errors.js';
import {cannotBeRead} from '../../src/process/file-errors.js';
import {defaultNames, type Found, failureOf, findAll, findTargets} from '../../src/target/find.js';
import {objectReader} from '../../src/target/objects.js';
import type {Surroundings} from '../../src/target/surroundings.js';
import {fakePython, interpreter} from '../support/fake-python.js';
import {file, needing} from '../support/needs.js';
import {systemPython} from '../support/pythons.js';
import {type Workshop, workshop} from '../support/workshop.js';

function surroundings(env: Surroundings['env'] = process.env): Surroundings {
	return {env, signal: new AbortController().signal, timeoutSeconds: 10};
}

function find(names: readonly string[], env?: Surroundings['env']): Promise<Found> {
	return findTargets(names, objectReader(), surroundings(env));
}

/** A wrapper is asked by Python, so its test needs a real one. */
const python = systemPython();
const testWithPython = needing(file(python, 'python3'));
const real = python ?? '';

const quiet = 'int main(void) { return 0; }';

async function oneTarget(t: ExecutionContext, given: string, env?: Surroundings['env']) {
	const {targets, failures} = await find([given], env);
	t.deepEqual(failures, []);
	t.is(targets.length, 1);
	return targets[0];
}

async function oneFailure(t: ExecutionContext, given: string, env?: Surroundings['env']): Promise<string> {
	const {targets, failures} = await find([given], env);
	t.deepEqual(targets, []);
	t.is(failures[0]?.target, given);
	return failures[0]?.message ?? '';
}

test('an interpreter is itself', async t => {
	const path = fakePython(workshop(t), quiet);
	t.deepEqual(await oneTarget(t, path), {given: path, path, kind: 'interpreter', notes: []});
});

test('a chain of links leads to the file', async t => {
	const work = workshop(t);
	const path = fakePython(work, quiet);
	work.link('python3', 'python3.99');
	const given = work.link('other/python', '../python3');
	t.deepEqual(await oneTarget(t, given), {given, path, kind: 'interpreter', notes: []});
});

test('a name is looked for on PATH, past what is not executable', async t => {
	const work = workshop(t);
	const path = fakePython(work, quiet, 'second/python9');
	work.file('first/python9', 'not executable');
	const PATH = `/no/such/folder:${work.folder}/first:${work.folder}/second`;
	t.is((await oneTarget(t, 'python9', {PATH}))?.path, path);
});

test('a link of a virtual environment leads out of it, and says so', async t => {
	const work = workshop(t);
	const path = fakePython(work, quiet);
	work.file('venv/pyvenv.cfg', 'home = /usr/bin\n');
	const given = work.link('venv/bin/python', path);
	const target = await oneTarget(t, given);
	t.is(target?.path, path);
	t.deepEqual(target?.notes, [
		{
			kind: 'virtual-environment',
			message: `${given} belongs to a virtual environment; ${path} is tested, without the environment's packages.`,
		},
	]);
});

testWithPython(
	'a shell script around a Python leads to that Python, and gets nothing that the user preloads',
	async t => {
		const work = workshop(t);
		const log = `${work.folder}/preload`;
		const script = `#!/bin/sh\necho "$LD_PRELOAD" > ${log}\nexec ${real} "$@"\n`;
		const given = work.file('snake', script, 0o755);
		const target = await oneTarget(t, given, {...process.env, LD_PRELOAD: '/no/such/shim.so'});
		t.is(target?.path, real);
		t.is(
			target?.notes[0]?.message,
			`${given} is a wrapper of ${real}; the latter is tested, in the environment that the wrapper makes.`,
		);
		t.regex(readFileSync(log, 'utf8'), /^\S+\/preloaded\.so\n$/);
	},
);

testWithPython('a compiled wrapper that bears the name of Python leads to that Python', async t => {
	const source = `#include <unistd.h>\nint main(int c, char **v) { return execv("${real}", v), 1; }`;
	const given = workshop(t).compile('python9', source);
	t.is((await oneTarget(t, given))?.path, real);
});

test('a program of another name is not run to find out what it is', async t => {
	const work = workshop(t);
	const source = `#include <stdlib.h>\nint main(void) { return system("touch ${work.folder}/was-run"); }`;
	const given = work.compile('launch-missiles', source);
	t.regex(await oneFailure(t, given), /is no Python: it neither holds the interpreter nor needs a libpython/);
	t.false(existsSync(`${work.folder}/was-run`));
});

test('a program that needs a libpython is taken for an interpreter', async t => {
	const work = workshop(t);
	const library = library399(work);
	const given = work.compile('python3.99', quiet, ['-Wl,--no-as-needed', library, `-Wl,-rpath,${work.folder}`]);
	t.is((await oneTarget(t, given))?.kind, 'interpreter');
});

test('a libpython is a library', async t => {
	const path = library399(workshop(t));
	t.deepEqual(await oneTarget(t, path), {given: path, path, kind: 'library', notes: []});
});

test('a libpython of any name is known by what it exports', async t => {
	const path = workshop(t).compile('libembedded.so', interpreter, ['-shared', '-fPIC']);
	t.is((await oneTarget(t, path))?.kind, 'library');
});

function library399(work: Workshop): string {
	const flags = ['-shared', '-fPIC', '-Wl,-soname,libpython3.99.so.1.0'];
	return work.compile('libpython3.99.so.1.0', interpreter, flags);
}

const fails = test.macro<[make: (work: Workshop) => string, message: RegExp]>({
	async exec(t, make, message) {
		t.regex(await oneFailure(t, make(workshop(t))), message);
	},
	title: title => `${title} is refused`,
});

test('a file that is not there', fails, () => '/no/such/python', /^There is no file .+\. Give the path/);
test('a name that is not on PATH', fails, () => 'no-such-python', /^There is no program 'no-such-python' on PATH\./);
test('a text file', fails, work => work.file('python', 'import os\n'), /is neither an ELF file nor a script/);
test(
	'a script that may not be executed',
	fails,
	work => work.file('python', '#!/bin/sh\n'),
	/may not be executed\. Make it executable: chmod \+x/,
);
test(
	'a program written in Python',
	fails,
	work => work.file('pip', '#!/usr/bin/env python3\n', 0o755),
	/is a program written in Python, not a Python\. Give its interpreter: python3$/,
);
test(
	'a wrapper that fails',
	fails,
	work => work.file('snake', '#!/bin/sh\necho version 9 is not installed >&2\nexit 1\n', 0o755),
	/was asked which Python it starts and exited with status 1 \(it said: version 9 is not installed\)/,
);
test(
	'a script that is no wrapper',
	fails,
	work => work.file('x', '#!/bin/sh\n', 0o755),
	/exited normally\. Give the path/,
);
test(
	'a wrapper that starts what nobody else can see',
	fails,
	work => work.file('snake', '#!/bin/sh\necho pyinterpose-exe /gone/python3\n', 0o755),
	/^There is no file \/gone\/python3\./,
);
test(
	'a library that is no libpython',
	fails,
	work => work.compile('libother.so', 'int other(void) { return 0; }', ['-shared', '-fPIC']),
	/libother\.so is no Python/,
);
test(
	'the library of the stable ABI',
	fails,
	work => work.compile('libpython3.so', 'int x;', ['-shared', '-fPIC']),
	/is the stable ABI's forwarding library, .* Give the libpython of one version/,
);
test(
	'a libpython without an interpreter in it',
	fails,
	work => work.compile('libpython3.99.so.1.0', 'int x;', ['-shared', '-fPIC']),
	/libpython3\.99\.so\.1\.0 is no Python/,
);
test(
	'a Python that is linked without a dynamic loader',
	fails,
	work => work.compile('python9', quiet, ['-static']),
	/python9 is linked without a dynamic loader/,
);
test(
	'an ELF file that was cut off',
	fails,
	work => work.file('python', readFileSync(process.execPath).subarray(0, 3000), 0o755),
	/is a damaged ELF file: /,
);
test(
	'an interpreter that may not be executed',
	fails,
	work => work.file('python', readFileSync(fakePython(work, quiet)), 0o644),
	/python may not be executed/,
);

test('a wrapper that hangs is refused at the time limit', async t => {
	const given = workshop(t).file('snake', '#!/bin/sh\nsleep 60\n', 0o755);
	const {failures} = await findTargets([given], objectReader(), {...surroundings(), timeoutSeconds: 0.5});
	t.regex(failures[0]?.message ?? '', /did not end within 0\.5 seconds and was killed/);
});

test('what is wrong with one target leaves the others alone', async t => {
	const path = fakePython(workshop(t), quiet);
	const {targets, failures} = await find(['/no/such/python', path, '/']);
	t.deepEqual(
		targets.map(target => target.path),
		[path],
	);
	t.deepEqual(
		failures.map(({target}) => target),
		['/no/such/python', '/'],
	);
});

test('two names of one file are one target, with a note', async t => {
	const work = workshop(t);
	const path = fakePython(work, quiet);
	const link = work.link('python3', path);
	const hard = `${work.folder}/python3-hard`;
	linkSync(path, hard);
	const {targets} = await find([path, link, hard]);
	t.is(targets.length, 1);
	t.deepEqual(
		targets[0]?.notes.map(({message}) => message),
		[
			`${path} and ${link} are the same file, ${path}; it is tested once.`,
			`${path} and ${hard} are the same file, ${path}; it is tested once.`,
		],
	);
});

test('two files of the same content are two targets', async t => {
	const work = workshop(t);
	const [one, other] = [fakePython(work, quiet, 'one/python3'), fakePython(work, quiet, 'other/python3')];
	t.is((await find([one, other])).targets.length, 2);
});

test('an abort is no failure of a target', async t => {
	const given = workshop(t).file('snake', '#!/bin/sh\nsleep 60\n', 0o755);
	const signal = AbortSignal.abort(new Error('Ctrl-C'));
	await t.throwsAsync(findTargets([given], objectReader(), {...surroundings(), signal}), {message: 'Ctrl-C'});
});

test('PYTHON names the default, several separated by colons; else it is python3', t => {
	t.deepEqual(defaultNames({PYTHON: '/a/python3:python2'}), ['/a/python3', 'python2']);
	t.deepEqual(defaultNames({PYTHON: ''}), ['python3']);
	t.deepEqual(defaultNames({}), ['python3']);
});

test('all Pythons are found in PATH, pyenv and uv, once each, and nothing that only sounds like one', async t => {
	const work = workshop(t);
	const paths = [
		'path/python3.97',
		'home/.pyenv/versions/3.98.0/bin/python3.98',
		'home/.local/share/uv/python/x/bin/python3.99',
	];
	const all = paths.map(path => fakePython(work, quiet, path));
	for (const path of all) work.link(`${path.slice(work.folder.length + 1)}-link/python3`, path);
	work.link('path/python3', 'python3.97');
	work.link('path/python', 'python3');
	work.file('path/python3-config', '#!/bin/sh\nexit 1\n', 0o755);
	work.file('path/python3.96', '#!/bin/sh\nexit 1\n', 0o755);
	work.file('home/.pyenv/shims/python3', `#!/bin/sh\ntouch ${work.folder}/shim-was-run\n`, 0o755);
	const env = {PATH: `${work.folder}/path:${work.folder}/home/.pyenv/shims`, HOME: `${work.folder}/home`};
	const {targets, failures} = await findAll(objectReader(), surroundings(env));
	const ours = targets.map(({path}) => path).filter(path => path.startsWith(work.folder));
	t.deepEqual(ours, all);
	t.deepEqual(
		failures.filter(({target}) => target.startsWith(work.folder)),
		[],
	);
	t.false(existsSync(`${work.folder}/shim-was-run`));
});

testWithPython('among all Pythons of this machine is the one on PATH', async t => {
	const {targets} = await findAll(objectReader(), surroundings());
	t.true(targets.some(({path, kind}) => path === real && kind === 'interpreter'));
	t.is(new Set(targets.map(({path}) => path)).size, targets.length);
});

test('a libpython beside a program is found with it', async t => {
	const work = workshop(t);
	fakePython(work, quiet, 'prefix/bin/python3.99');
	const library = work.compile('prefix/lib/libpython3.99.so.1.0', interpreter, ['-shared', '-fPIC']);
	const {targets} = await findAll(objectReader(), surroundings({PATH: `${dirname(dirname(library))}/bin`}));
	t.is(targets.find(({path}) => path === library)?.kind, 'library');
});

test('what is wrong with one target is its failure, and what is short for all of them is not', t => {
	const cannot = (code: string) => cannotBeRead('/some/python', Object.assign(new Error(code), {code}));
	t.deepEqual(failureOf('python', cannot('EACCES')), {
		target: 'python',
		message: '/some/python cannot be read: permission denied.',
	});
	for (const code of ['EMFILE', 'ENFILE']) t.throws(() => failureOf('python', cannot(code)), {instanceOf: SuiteError});
	t.throws(() => failureOf('python', new Error('a fault')), {message: 'a fault'});
});
