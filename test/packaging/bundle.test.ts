/** This file makes the bundle, unpacks it in an empty folder and runs it there, without network and without a compiler. */

import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {bundle, compiledBeforehand} from '../support/bundled.js';
import {folder} from '../support/cli.js';
import {builtAs} from '../support/lab-built.js';
import {musl} from '../support/musl.js';
import {machine, needing} from '../support/needs.js';
import {root} from '../support/packaging.js';

const hasNamespaces = spawnSync('unshare', ['-rn', 'true']).status === 0;
const withoutNetwork = needing(machine(hasNamespaces, 'a namespace without network (unshare -rn)'));

test.before('everything native is compiled beforehand for this CPU', compiledBeforehand);

withoutNetwork('the bundle runs as it is unpacked, with Node and nothing else, and without network', t => {
	t.timeout(600_000);
	const {place, home} = unpacked(t);
	const ran = offline([join(place, 'bin/pyinterpose'), 'check', '--json', '/usr/bin/python3'], home, {
		PATH: barePath(home, {node: process.execPath}),
	});
	t.is(ran.status, 0, ran.stderr);
	const [target] = parseReport(ran.stdout, 'it').targets;
	t.true((target?.functions.length ?? 0) > 1000);
	t.deepEqual(
		target?.findings.filter(({kind}) => kind === 'no-sweep'),
		[],
	);
});

withoutNetwork('the bundle with Node inside runs where there is no Node, and keeps its licence', t => {
	t.timeout(600_000);
	const {place, home} = unpacked(t, ['--with-node', process.arch]);
	const PATH = barePath(home);
	const ran = offline([join(place, 'bin/pyinterpose'), 'check', '--json', '/usr/bin/python3'], home, {PATH});
	t.deepEqual([ran.status, ran.stderr], [0, '']);
	t.true((parseReport(ran.stdout, 'it').targets[0]?.functions.length ?? 0) > 1000);
	t.regex(readFileSync(join(place, 'node/LICENSE'), 'utf8'), /^Node\.js is licensed for use as follows/);
	for (const name of ['iced-x86', '@alexaltea_capstone-js']) {
		t.true(readdirSync(join(place, 'licences')).includes(`${name}-LICENSE.txt`), name);
	}
	for (const other of ['node_modules/node-gyp', 'setup', 'binding.gyp']) t.false(existsSync(join(place, other)), other);
	t.true(existsSync(join(place, 'share/man/man1/pyinterpose.1')));
	// It is the Node inside that runs: without it there is none.
	rmSync(join(place, 'node'), {recursive: true});
	const without = offline([join(place, 'bin/pyinterpose'), '--version'], home, {PATH});
	t.is(without.status, 127, without.stdout);
});

test('no other Node than the one whose digest is recorded goes into a bundle', t => {
	const cwd = folder(t, {'node.tgz': 'another Node'});
	const pack = (cpu: string) =>
		spawnSync('packaging/bundle', ['--with-node', cpu, cwd], {
			cwd: root,
			encoding: 'utf8',
			env: {...process.env, NODE_PACKAGE: join(cwd, 'node.tgz')},
		});
	const other = pack(process.arch);
	t.is(other.status, 2, other.stdout);
	t.regex(other.stderr, /node\.tgz is not Node [\d.]+ for \w+: its digest is sha512-/);
	t.regex(pack('sparc').stderr, /^bundle: nothing was compiled beforehand for sparc/);
	t.deepEqual(readdirSync(cwd), ['node.tgz']);
	const rows = readFileSync(join(root, 'packaging/node-inside'), 'utf8').trimEnd().split('\n');
	t.deepEqual(
		rows.map(row => row.replace(/^(\S+) \d+\.\d+\.\d+ sha512-[\w+/]{86}==$/, '$1')),
		['x64', 'arm64'],
	);
});

test('what was compiled beforehand is taken where its digests are right, and nothing else is', t => {
	const {place} = unpacked(t);
	const install = () =>
		spawnSync(process.execPath, ['native/install.cjs'], {cwd: place, encoding: 'utf8', env: {PATH: '/nowhere'}});
	t.deepEqual([install().status, install().stderr], [0, '']);
	const reader = join(place, `prebuilds/linux-${process.arch}/reader.so`);
	appendFileSync(reader, 'more');
	const {status, stderr} = install();
	t.not(status, 0);
	t.true(
		stderr.startsWith(`pyinterpose: compiling the native part, because ${reader} is not what its digest says.\n`),
		stderr,
	);
	// A clone compiles whatever lies beside it.
	writeFileSync(join(place, 'tsconfig.json'), '{}');
	t.regex(install().stderr, /because this is a clone\.\n/);
});

test('what is compiled beforehand asks for functions of glibc 2.17 at most, but for getrandom', t => {
	const {place} = unpacked(t);
	const files = [
		`prebuilds/linux-${process.arch}`,
		...['ffi-napi', '@2060.io/ref-napi'].map(name => `node_modules/${name}/prebuilds/linux-${process.arch}`),
	].flatMap(folder => readdirSync(join(place, folder)).map(name => join(place, folder, name)));
	const wanted = files.flatMap(path => {
		const {stdout} = spawnSync('objdump', ['-T', path], {encoding: 'utf8'});
		return [...stdout.matchAll(/\*UND\*.*GLIBC_2\.(\d+)[\d.]*\)? +(\S+)$/gm)].map(([, minor, name]) => ({minor, name}));
	});
	t.true(wanted.length > 100);
	t.deepEqual([...new Set(wanted.filter(({minor}) => Number(minor) > 17).map(({name}) => name))], ['getrandom']);
});

needing(musl)("what is compiled beforehand for musl needs musl's libc and nothing of glibc's", t => {
	const folder = join(unpacked(t).place, `prebuilds/linux-${process.arch}-musl`);
	const needed = readdirSync(folder).flatMap(name => {
		const {stdout} = spawnSync('readelf', ['-dW', join(folder, name)], {encoding: 'utf8'});
		return [...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, library]) => library);
	});
	t.deepEqual(new Set(needed), new Set(['libc.so', 'pyinterpose-target.so']));
	t.true(needed.length > 20);
});

const onMusl = builtAs('shared-musl', '3.11.2')?.python;

needing(
	musl,
	machine(hasNamespaces, 'a namespace without network'),
	machine(onMusl !== undefined, "the lab's shared-musl"),
)(
	'the bundle tests a Python that runs on musl by what was compiled beforehand for musl, and without that refuses it',
	t => {
		t.timeout(600_000);
		const {place, home} = unpacked(t);
		const PATH = barePath(home, {node: process.execPath});
		const check = () => offline([join(place, 'bin/pyinterpose'), 'check', '--json', onMusl ?? ''], home, {PATH});
		const ran = check();
		t.deepEqual([ran.status, ran.stderr], [0, '']);
		const calls = parseReport(ran.stdout, 'it').targets[0]?.functions.flatMap(({calls}) => calls) ?? [];
		const kinds = calls.map(({verdict}) => verdict.kind);
		t.true(kinds.filter(kind => kind === 'honored').length > 600);
		t.deepEqual([...new Set(kinds)].sort(), ['honored', 'uncalled']);
		rmSync(join(place, `prebuilds/linux-${process.arch}-musl`), {recursive: true});
		const without = check();
		t.is(without.status, 2, without.stdout);
		t.regex(
			parseReport(without.stdout, 'it').failures[0]?.message ?? '',
			/pyinterpose was not built for musl, which \S+ runs on\./,
		);
	},
);

withoutNetwork('for a machine that nothing was compiled for, ./setup compiles without network', t => {
	t.timeout(600_000);
	const {place} = unpacked(t);
	const setup = offline(['./setup'], place);
	t.is(setup.status, 0, setup.stdout + setup.stderr);
	t.is(setup.stdout, `pyinterpose ${version}\n`);
	t.true(existsSync(join(place, 'build/Release/reader.so')));
	const missing = offline(['./setup'], place, {CC: 'no-such-compiler'});
	t.is(missing.status, 2);
	t.is(missing.stderr, 'setup: There is no C compiler; install gcc and g++.\n');
});

function unpacked(t: ExecutionContext, options: readonly string[] = []): {place: string; home: string} {
	const cwd = folder(t);
	const home = join(cwd, 'empty');
	mkdirSync(home);
	const archive = bundle(t, cwd, options);
	t.is(spawnSync('tar', ['-xzf', archive], {cwd: home}).status, 0);
	return {place: join(home, basename(archive, '.tar.gz')), home};
}

test('the same tree gives the same bundle, with the date of SOURCE_DATE_EPOCH', t => {
	const cwd = folder(t);
	const sums = ['a', 'b'].map(name => {
		mkdirSync(join(cwd, name));
		return createHash('sha256')
			.update(readFileSync(bundle(t, join(cwd, name))))
			.digest('hex');
	});
	t.is(sums[0], sums[1]);
	const {stdout} = spawnSync(
		'tar',
		['-tvzf', join(cwd, 'a', `pyinterpose-${version}.tar.gz`), '--utc', '--full-time'],
		{encoding: 'utf8', maxBuffer: 1 << 26},
	);
	const dates = new Set(
		stdout
			.trim()
			.split('\n')
			.map(line => line.split(/ +/).slice(3, 5).join(' ')),
	);
	t.deepEqual([...dates], ['2001-09-09 01:46:40']);
});

const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string};

/** A PATH with nothing of all that a machine may have but what starts a command, and `more`: no compiler, no Python, no npm. */
function barePath(home: string, more: Readonly<Record<string, string>> = {}): string {
	const bin = join(home, 'bin');
	mkdirSync(bin);
	const needed = Object.fromEntries(['sh', 'dirname', 'realpath'].map(name => [name, `/usr/bin/${name}`]));
	for (const [name, path] of Object.entries({...needed, ...more})) symlinkSync(path, join(bin, name));
	return bin;
}

/** Without network, registry settings, or a home. */
function offline(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
	return spawnSync('/usr/bin/unshare', ['-rn', ...command], {
		cwd,
		encoding: 'utf8',
		env: {
			PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
			HOME: '/nonexistent',
			LANG: 'C.UTF-8',
			...env,
		},
	});
}
