/** This file drives `pyinterpose list`, built, from end to end. */

import {spawn, spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {candidates} from '../../src/process/temporary.js';
import {fakePython, speaking} from '../support/fake-python.js';
import {systemPython} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

interface Transcript {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

function list(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Transcript {
	const {status, stdout, stderr} = spawnSync(process.execPath, [cli, 'list', ...words], {encoding: 'utf8', env});
	return {status, stdout, stderr};
}

const flags = ['-Wl,--build-id=0xabcdef0123456789abcdef'];

test('a Python is a line with its id, version, linkage, binding mode, build-id and path', t => {
	const work = workshop(t);
	const path = fakePython(work, speaking(), 'python3.99', flags);
	t.deepEqual(list([path]), {
		status: 0,
		stdout: [
			'ID                              VERSION  LINKAGE  BINDING     BUILD-ID          PATH',
			`cpython-3.99.0-static-abcdef01  3.99.0   static   executable  abcdef0123456789  ${path}`,
			'',
		].join('\n'),
		stderr: '',
	});
});

test('the JSON holds the whole build-id, the findings and the failures, and standard error nothing', t => {
	const path = fakePython(workshop(t), speaking({declared: {Py_ENABLE_SHARED: '1'}}), 'python3.99', flags);
	const {status, stdout, stderr} = list(['--json', path, '/no/such/python']);
	t.is(status, 2);
	t.is(stderr, '');
	t.deepEqual(JSON.parse(stdout), {
		schema: 1,
		targets: [
			{
				id: 'cpython-3.99.0-static-abcdef01',
				path,
				kind: 'interpreter',
				python: {
					implementation: 'cpython',
					version: '3.99.0',
					abiflags: '',
					debug: false,
					freeThreaded: false,
				},
				interpreter: {path, soname: null, buildId: 'abcdef0123456789abcdef', linkage: 'static'},
				binding: 'executable',
				ctypes: true,
				findings: [
					{
						kind: 'linkage-contradicts',
						message: `The build declares Py_ENABLE_SHARED=1, but ${path} itself holds the interpreter.`,
					},
				],
			},
		],
		failures: [
			{
				target: '/no/such/python',
				message:
					'There is no file /no/such/python. Give the path of a Python or of a libpython*.so, or the name of a Python on PATH.',
			},
		],
	});
});

test('the JSON is the same at every run', t => {
	const work = workshop(t);
	const paths = ['b', 'a'].map(name => fakePython(work, speaking({version: `3.99.${name.length}`}), name));
	t.is(list(['--json', ...paths]).stdout, list(['--json', ...paths]).stdout);
});

test('what is no Python is a sentence on standard error, and the others are listed', t => {
	const path = fakePython(workshop(t), speaking(), 'python3.99', flags);
	const {status, stdout, stderr} = list(['/etc', path, '/etc/passwd']);
	t.is(status, 2);
	t.regex(stdout, /^cpython-3\.99\.0-static-abcdef01 /m);
	t.regex(stderr, /^pyinterpose: error: \/etc is a directory\. .+\npyinterpose: error: \/etc\/passwd is neither .+\n$/);
});

test('a name that would move the cursor is printed so that it does not', t => {
	const {stderr} = list(['/no/such\u001b[2J']);
	t.false(stderr.includes('\u001b'));
	t.true(stderr.includes('/no/such\\u{1b}[2J'));
});

test('without a target every Python of the machine is listed', t => {
	const path = fakePython(workshop(t), speaking(), 'python3.99', flags);
	const env = {...process.env, PATH: `${path.replace(/\/[^/]+$/, '')}:${process.env.PATH}`};
	const {stdout} = list([], env);
	t.true(stdout.split('\n').some(line => line.endsWith(` ${path}`)));
	const real = systemPython();
	if (real !== null) t.true(stdout.split('\n').some(line => line.endsWith(` ${real}`)));
});

test('Ctrl-C ends the child and leaves no temporary folder behind', async t => {
	const work = workshop(t);
	const path = fakePython(
		work,
		`int main(void) { FILE *f = fopen("${work.folder}/pid", "w");
		fprintf(f, "%d", getpid()); fclose(f); for (;;) pause(); }`,
	);
	const child = spawn(process.execPath, [cli, 'list', path], {stdio: 'ignore'});
	const made = () =>
		candidates(process.env, 'data')
			.flatMap(foldersOf)
			.filter(name => name.startsWith('pyinterpose-') && new RegExp(`-0*${child.pid}\\.`).test(name));
	const ended = new Promise<number | null>(resolve => child.once('exit', status => resolve(status)));
	const written = () => (existsSync(`${work.folder}/pid`) ? readFileSync(`${work.folder}/pid`, 'utf8') : '');
	while (written() === '') await sleep(20);
	t.is(made().length, 1);
	child.kill('SIGINT');
	t.is(await ended, 130);
	t.deepEqual(made(), []);
	t.false(existsSync(`/proc/${written()}`));
});

function foldersOf(parent: string): string[] {
	return existsSync(parent) ? readdirSync(parent) : [];
}
