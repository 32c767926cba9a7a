/** This file builds the .deb and the .rpm out of the bundle, looks into them with dpkg's and rpm's own tools, and runs what is in them. */

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {bundle, compiledBeforehand} from '../support/bundled.js';
import {folder} from '../support/cli.js';
import {needing, program} from '../support/needs.js';
import {edit, root} from '../support/packaging.js';

const debTools = ['dh', 'dpkg-buildpackage', 'dpkg-deb', 'lintian'].map(program);
const rpmTools = ['rpmbuild', 'rpm', 'rpm2cpio', 'cpio'].map(program);

test.before('everything native is compiled beforehand for this CPU', compiledBeforehand);

/** For Pythons that run on musl, where this machine compiles for them. */
const forMusl = existsSync(join(root, 'build/musl/build/Release/reader.so'));

/** What both packages bring, and what only those need who compile or test. */
const brought = [
	'/usr/bin/pyinterpose',
	'/usr/lib/pyinterpose/bin/pyinterpose',
	'/usr/lib/pyinterpose/dist/pyinterpose.cjs',
	'/usr/lib/pyinterpose/docs/config.md',
	'/usr/lib/pyinterpose/node_modules/ffi-napi/package.json',
	...['', ...(forMusl ? ['-musl'] : [])].map(
		libc => `/usr/lib/pyinterpose/prebuilds/linux-${process.arch}${libc}/reader.so`,
	),
	'/usr/lib/pyinterpose/probes/describe.py',
	'/usr/share/bash-completion/completions/pyinterpose',
	'/usr/share/fish/vendor_completions.d/pyinterpose.fish',
];
const leftOut = /node-gyp\/|node-addon-api|\.d\.ts$|\.cc$|\.map$|\/tests?\/|linux-(?!x64|arm64)|\/setup$/;

needing(...debTools).serial(
	'the .deb is built from the bundle, holds what it must, runs, and lintian finds nothing',
	t => {
		t.timeout(900_000);
		const cwd = folder(t);
		const built = script('packaging/build-deb', bundle(t, cwd), cwd);
		t.is(built.status, 0, built.stderr);
		const deb = join(cwd, built.stdout.trim());
		const field = (name: string) => execFileSync('dpkg-deb', ['-f', deb, name], {encoding: 'utf8'}).trim();
		t.is(field('Package'), 'pyinterpose');
		t.is(field('Architecture'), process.arch === 'x64' ? 'amd64' : process.arch);
		t.regex(field('Depends'), /^nodejs \(>= 20\.19\), libc6 \(>= 2\.\d+\)/);
		const lines = execFileSync('dpkg-deb', ['-c', deb], {encoding: 'utf8', maxBuffer: 1 << 26})
			.trim()
			.split('\n');
		t.deepEqual(
			lines.filter(line => !/ root\/root /.test(line)),
			[],
		);
		const files = lines.map(line => (/ \.(\/\S*)/.exec(line)?.[1] ?? '').replace(/\/$/, ''));
		for (const name of [
			...brought,
			'/usr/share/zsh/vendor-completions/_pyinterpose',
			'/usr/share/man/man1/pyinterpose.1.gz',
		]) {
			t.true(files.includes(name), name);
		}
		t.true(files.includes('/usr/share/doc/pyinterpose/licences/smol-toml-LICENSE.txt'));
		t.deepEqual(
			files.filter(name => leftOut.test(name)),
			[],
		);
		mkdirSync(join(cwd, 'root'));
		execFileSync('dpkg-deb', ['-x', deb, join(cwd, 'root')]);
		runs(t, join(cwd, 'root'));
		const look = () => spawnSync('lintian', ['--fail-on', 'error,warning', deb], {cwd, encoding: 'utf8'});
		const {status, stdout} = look();
		t.is(status, 0, stdout);
		// The same package without its copyright is not let through.
		execFileSync('dpkg-deb', ['-R', deb, 'raw'], {cwd});
		execFileSync('rm', [join(cwd, 'raw/usr/share/doc/pyinterpose/copyright')]);
		execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', 'raw', deb], {cwd});
		const without = look();
		t.is(without.status, 2, without.stdout);
		t.regex(without.stdout, /E: pyinterpose: no-copyright-file/);
	},
);

needing(...rpmTools).serial('the .rpm is built from the bundle, holds what it must, and runs', t => {
	t.timeout(900_000);
	const cwd = folder(t);
	const built = script('packaging/build-rpm', bundle(t, cwd), cwd);
	t.is(built.status, 0, built.stderr);
	const rpm = join(cwd, built.stdout.trim());
	const asked = (...words: readonly string[]) =>
		execFileSync('rpm', ['-qp', ...words, rpm], {encoding: 'utf8', maxBuffer: 1 << 26})
			.trim()
			.split('\n');
	const files = asked('-l');
	for (const name of [...brought, '/usr/share/zsh/site-functions/_pyinterpose']) t.true(files.includes(name), name);
	t.true(files.some(name => /^\/usr\/share\/man\/man1\/pyinterpose\.1(\.gz)?$/.test(name)));
	t.true(files.some(name => name.endsWith('/licences/smol-toml-LICENSE.txt')));
	t.deepEqual(
		files.filter(name => leftOut.test(name) || name.includes('.build-id')),
		[],
	);
	t.deepEqual(
		asked('--requires').filter(name => !name.startsWith('rpmlib(')),
		['nodejs >= 20.19'],
	);
	t.deepEqual(asked('--qf', '%{NAME} %{VERSION} %{LICENSE}'), [`pyinterpose ${version} MIT AND BSD-3-Clause`]);
	mkdirSync(join(cwd, 'root'));
	execFileSync('sh', ['-c', 'rpm2cpio "$0" | cpio -idm --quiet', rpm], {cwd: join(cwd, 'root')});
	runs(t, join(cwd, 'root'));
});

needing(...rpmTools).serial("no .rpm comes of a build whose %check finds the build machine's Python otherwise", t => {
	t.timeout(900_000);
	const cwd = folder(t);
	const archive = bundle(t, cwd);
	execFileSync('tar', ['-xzf', archive], {cwd});
	edit(
		join(cwd, `pyinterpose-${version}/packaging/rpm/check.toml`),
		'expect = "honored"',
		'expect = "not-overridable"',
	);
	execFileSync('tar', ['-czf', archive, `pyinterpose-${version}`], {cwd});
	const built = script('packaging/build-rpm', archive, cwd);
	t.is(built.status, 2, built.stdout);
	t.regex(built.stderr, /Bad exit status from .* \(%check\)/);
	t.deepEqual(
		readdirSync(cwd).filter(name => name.endsWith('.rpm')),
		[],
	);
});

test('the steps of the image put the bundle in its place and run it, and a bundle that does not run makes none', t => {
	t.timeout(900_000);
	const cwd = folder(t);
	const archive = bundle(t, cwd);
	const text = readFileSync(join(root, 'packaging/container/Containerfile'), 'utf8');
	const steps = [...text.matchAll(/^([A-Z]+) (.*)$/gm)].map(([, word = '', rest = '']) => ({word, rest}));
	t.deepEqual(
		steps.map(({word}) => word),
		['ARG', 'FROM', 'ARG', 'RUN', 'ADD', 'RUN', 'ENTRYPOINT'],
	);
	// biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the file's.
	t.is(steps[4]?.rest, '${BUNDLE} /opt/');
	t.deepEqual(JSON.parse(steps[6]?.rest ?? ''), ['pyinterpose']);
	// The image's root is a folder here; what its packages would bring is this machine's.
	for (const name of ['opt', 'usr/local/bin']) mkdirSync(join(cwd, name), {recursive: true});
	execFileSync('tar', ['-xzf', archive], {cwd: join(cwd, 'opt')});
	const last = (steps[5]?.rest ?? '').replaceAll(/(^| )(?=\/(opt|usr)\/)/g, `$1${cwd}`);
	const run = () =>
		spawnSync('sh', ['-euc', last], {encoding: 'utf8', env: {PATH: `${cwd}/usr/local/bin:${process.env.PATH}`}});
	const ran = run();
	t.deepEqual([ran.status, ran.stdout], [0, `pyinterpose ${version}\n`], ran.stderr);
	execFileSync('rm', ['-r', join(cwd, 'usr/local/bin/pyinterpose'), join(cwd, `opt/pyinterpose-${version}/dist`)]);
	t.not(run().status, 0);
});

test('what is no bundle becomes no package', t => {
	const cwd = folder(t, {'pyinterpose-9.tar.gz': 'no bundle'});
	for (const name of ['packaging/build-deb', 'packaging/build-rpm']) {
		t.not(script(name, join(cwd, 'pyinterpose-9.tar.gz'), cwd).status, 0);
	}
	t.deepEqual(readdirSync(cwd), ['pyinterpose-9.tar.gz']);
});

const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string};

function script(name: string, archive: string, out: string) {
	return spawnSync(name, [archive, out], {cwd: root, encoding: 'utf8'});
}

/** As it lies, without being installed: its own files and Node, and digests that are still true. */
function runs(t: ExecutionContext, at: string): void {
	const ran = spawnSync(join(at, 'usr/bin/pyinterpose'), ['check', '--json', '--no-config', '/usr/bin/python3'], {
		encoding: 'utf8',
		env: {PATH: process.env.PATH ?? '', HOME: at},
		maxBuffer: 1 << 28,
	});
	t.is(ran.status, 0, ran.stderr);
	t.true((parseReport(ran.stdout, 'it').targets[0]?.functions.length ?? 0) > 1000);
	const place = join(at, `usr/lib/pyinterpose/prebuilds/linux-${process.arch}`);
	t.is(spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: place}).status, 0);
}
