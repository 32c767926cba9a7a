/** This file drives `pyinterpose lab` on the source of a toy CPython, good and broken. */

import {spawn} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import {cli, cliPath, type Ran} from '../support/cli.js';
import {type Workshop, workshop} from '../support/workshop.js';
import {toySource} from './toy.js';

test('a variant is built, comes out as named, and is found in the cache from then on', t => {
	const work = workshop(t);
	const source = toySource(work);
	const first = lab(work, ['build', '--quick', '--source', source, 'shared']);
	t.is(first.status, 0, first.stderr);
	const python = first.stdout.split(/\s+/)[1] ?? '';
	t.regex(python, /\/builds\/shared-3\.11\.2-quick-[0-9a-f]{12}\/prefix\/bin\/python3\.11$/);
	t.true(existsSync(python));
	t.regex(first.stderr, /^shared: building, log in .*\nshared: built in \d+ s\n$/);
	const again = lab(work, ['build', '--quick', '--source', source, 'shared']);
	t.deepEqual([again.status, again.stdout, again.stderr], [0, first.stdout, '']);
	t.deepEqual(times(work), ['configured', 'compiled']);
	t.regex(lab(work, ['list']).stdout, /\n +3\.11\.2, quick: .*\/python3\.11\n/);
});

test('a whole build is installed by make install, and is another build than the quick one', t => {
	const work = workshop(t);
	const source = toySource(work);
	const ran = lab(work, ['build', '--source', source, 'shared', 'static']);
	t.is(ran.status, 0, ran.stderr);
	t.regex(ran.stdout, /^shared +.*\/builds\/shared-3\.11\.2-[0-9a-f]{12}\/prefix\/bin\/python3\.11\nstatic /);
	const quick = lab(work, ['build', '--quick', '--source', source, 'shared']);
	t.is(quick.status, 0, quick.stderr);
	t.is(builds(work).length, 3);
});

test('flags reach the compiler: without semantic interposition the ELF shows other binding', t => {
	const work = workshop(t);
	const ran = lab(work, ['build', '--quick', '--source', toySource(work), '--json', 'shared', 'shared-nsi', 'static']);
	t.is(ran.status, 0, ran.stderr);
	const {built, failed} = JSON.parse(ran.stdout) as {built: {name: string; interpreter: string}[]; failed: string[]};
	t.deepEqual([ran.status, failed], [0, []], ran.stderr);
	t.deepEqual(
		built.map(({name, interpreter}) => [name, /[^/]+$/.exec(interpreter)?.[0]]),
		[
			['shared', 'libpython3.11.so.1.0'],
			['shared-nsi', 'libpython3.11.so.1.0'],
			['static', 'python3.11'],
		],
	);
});

test('a relink is made of the objects of another variant, which is built first and compiled once', t => {
	const work = workshop(t);
	const names = ['shared-symbolic-functions', 'shared-symbolic', 'static-pic', 'static-libpython'];
	const ran = lab(work, ['build', '--quick', '--source', toySource(work), '--json', ...names]);
	t.is(ran.status, 0, ran.stderr);
	const {built} = JSON.parse(ran.stdout) as {built: {name: string; commands: string[]}[]};
	t.deepEqual(
		built.map(({name}) => name),
		names,
	);
	t.regex(built[0]?.commands[0] ?? '', /-shared -Wl,-Bsymbolic-functions .*libpython3\.11\.a/);
	t.deepEqual(times(work), ['configured', 'compiled']);
});

test('a variant that does not come out as named fails, and what was built before stays', t => {
	const work = workshop(t);
	const source = toySource(work, {configure: 'set -- $(echo "$@" | sed s/-fno-semantic-interposition//g)'});
	const ran = lab(work, ['build', '--quick', '--source', source, 'shared', 'shared-nsi']);
	t.is(ran.status, 2);
	t.regex(
		ran.stderr,
		/shared-nsi did not come out as named: its ELF shows preemptible binding, not no-semantic-interposition;/,
	);
	t.regex(ran.stdout, /^shared .*python3\.11\n$/);
});

test('an edited source is another build', async t => {
	const work = workshop(t);
	const source = toySource(work);
	lab(work, ['build', '--quick', '--source', source, 'shared']);
	await sleep(20);
	writeFileSync(join(source, 'Modules/library.c'), `${readFileSync(join(source, 'Modules/library.c'), 'utf8')}\n`);
	lab(work, ['build', '--quick', '--source', source, 'shared']);
	t.is(builds(work).length, 2);
});

test('an interrupted build is said to be one, leaves nothing in the temporary folder, and goes on where it stopped', async t => {
	const work = workshop(t);
	const temporary = dirname(work.file('temporary/none', ''));
	const source = toySource(work, {make: 'test -e ../../go || sleep 60'});
	const args = ['lab', 'build', '--quick', '--source', source, 'shared'];
	const child = spawn(process.execPath, [cliPath, ...args], {
		env: {...environment(work), TMPDIR: temporary},
		stdio: 'ignore',
	});
	const ended = new Promise(resolve => child.once('exit', resolve));
	while (times(work).at(-1) !== 'compiled') await sleep(50);
	child.kill('SIGINT');
	await ended;
	t.deepEqual(readdirSync(temporary), ['none']);
	t.regex(lab(work, ['list']).stdout, /3\.11\.2, quick: interrupted after 'configured'; 'lab build shared' goes on/);
	work.file('cache/pyinterpose/lab/builds/go', '');
	const again = lab(work, ['build', '--quick', '--source', source, 'shared']);
	t.is(again.status, 0, again.stderr);
	t.regex(again.stderr, /shared: going on after 'configured'/);
	t.is(times(work).filter(word => word === 'configured').length, 1);
});

test('what is not wanted any more is removed: one variant, or all', t => {
	const work = workshop(t);
	const source = toySource(work);
	lab(work, ['build', '--quick', '--source', source, 'shared', 'static']);
	t.regex(lab(work, ['clean', 'static']).stdout, /^Removed .*static-3\.11\.2-quick-\w+\n$/);
	t.is(builds(work).length, 1);
	lab(work, ['clean']);
	t.is(builds(work).length, 0);
	t.is(lab(work, ['clean']).stdout, 'Nothing to remove.\n');
});

const bad: readonly (readonly [title: string, run: (work: Workshop) => Ran, says: RegExp])[] = [
	[
		'a variant that does not exist',
		work => lab(work, ['build', '--source', toySource(work), 'shared-turbo']),
		/^pyinterpose: error: There is no variant 'shared-turbo'\.\nThe variants are shared, shared-nsi, /,
	],
	[
		'a source that is not there',
		work => lab(work, ['build', '--source', `${work.folder}/nothing.tar.gz`, 'shared']),
		/^pyinterpose: error: There is no source at .*\/nothing\.tar\.gz\.\nName a tarball/,
	],
	[
		'a file that is no tarball',
		work => lab(work, ['build', '--source', work.file('text.tar.gz', 'hello'), 'shared']),
		/pyinterpose: error: .*\/text\.tar\.gz cannot be unpacked: /,
	],
	[
		'a folder that is no CPython',
		work => {
			work.file('other/readme', '');
			return lab(work, ['build', '--source', `${work.folder}/other`, 'shared']);
		},
		/^pyinterpose: error: .*\/other is not the source of a CPython: it holds no configure and Include\/patchlevel\.h\./,
	],
	[
		'a source that was built in place',
		work => {
			work.file('source/Programs/python.o', '');
			return lab(work, ['build', '--source', toySource(work), 'shared']);
		},
		/has been built in place, .*\nRun 'make distclean' in it first\./,
	],
	[
		'a source that does not configure',
		work =>
			lab(work, [
				'build',
				'--source',
				toySource(work, {configure: 'echo "configure: error: no luck"; exit 1'}),
				'shared',
			]),
		/shared: configure exited with status 1\. configure: error: no luck\nRead .*\/log\./,
	],
	[
		'a source that does not compile',
		work =>
			lab(work, ['build', '--quick', '--source', toySource(work, {make: 'echo "x.c:1: error: odd"; false'}), 'shared']),
		/shared: make exited with status 2\. x\.c:1: error: odd\nRead /,
	],
	[
		'a full disk',
		work =>
			lab(work, [
				'build',
				'--quick',
				'--source',
				toySource(work, {make: 'echo "a.o: No space left on device"; false'}),
				'shared',
			]),
		/No space left on device\nFree some space, or run 'pyinterpose lab clean'; then build again: it resumes\./,
	],
	[
		'a machine without a C compiler',
		work => lab(work, ['build', '--source', toySource(work), 'shared'], {CC: 'no-such-compiler'}),
		/There is no C compiler 'no-such-compiler'\.\nInstall no-such-compiler/,
	],
	[
		'a CPython that is too old for the variant',
		work => lab(work, ['build', '--source', toySource(work, {version: '3.9.1'}), 'free-threaded']),
		/free-threaded cannot be built from CPython 3\.9\.1: no --disable-gil; CPython 3\.13 is the first/,
	],
	[
		'a cache folder with a space in its path',
		work => lab(work, ['build', '--source', toySource(work), 'shared'], {XDG_CACHE_HOME: `${work.folder}/with space`}),
		/CPython does not build in a folder with a space in its path/,
	],
	['no action', work => lab(work, []), /^pyinterpose: error: lab needs an action\.\nThe actions are list, build,/],
	[
		'an action that does not exist',
		work => lab(work, ['destroy']),
		/^pyinterpose: error: lab has no action 'destroy'\./,
	],
	[
		'a report without a build',
		work => lab(work, ['report']),
		/^pyinterpose: error: There is no finished build of 'shared' to compare with\./,
	],
	[
		'a claim without a route',
		work => lab(work, ['bisect', '--claim', 'PyErr_Occurred', 'shared', 'static']),
		/^pyinterpose: error: 'PyErr_Occurred' is no claim: it has no route\./,
	],
];

for (const [title, run, says] of bad) {
	test(`${title} is told in a sentence, exit status 2, without a stack`, t => {
		const {status, stderr} = run(workshop(t));
		t.is(status, 2);
		t.regex(stderr, says);
		t.notRegex(stderr, /^ +at |fault of its own/m);
	});
}

function lab(work: Workshop, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
	return cli(['lab', ...args], {env: {...environment(work), ...env}});
}

function environment({folder}: Workshop): Record<string, string> {
	return {PATH: process.env.PATH ?? '', HOME: folder, XDG_CACHE_HOME: join(folder, 'cache')};
}

function builds({folder}: Workshop): string[] {
	const path = join(folder, 'cache/pyinterpose/lab/builds');
	return existsSync(path) ? readdirSync(path) : [];
}

/** What the toy's configure and Makefile wrote down, in order. */
function times(work: Workshop): string[] {
	return builds(work).flatMap(name => {
		const path = join(work.folder, 'cache/pyinterpose/lab/builds', name, 'times');
		return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
	});
}
