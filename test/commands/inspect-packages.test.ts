/** This file shows that `inspect` finds the same in an object wherever it is packed, and goes on where a package is broken. */

import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {InspectReport} from '../../src/model/binding.js';
import {cli, cliPath} from '../support/cli.js';
import {needing, program} from '../support/needs.js';
import {type Workshop, workshop} from '../support/workshop.js';

const source = 'int leaf(int n) { return n * 7; } int root_(int n) { return leaf(n) + 1; }';

/** A tree as a package has it: one object with exports, one without, and what is no object. */
function tree(work: Workshop): string {
	const flags = ['-O1', '-fno-inline', '-shared', '-fPIC', '-nostartfiles'];
	work.compile('tree/usr/lib/liba.so', source, [...flags, '-Wl,-soname,liba.so']);
	work.compile(
		'tree/usr/lib/libnone.so',
		'static int none(void) { return 1; } int data = 1; int (*use)(void) __attribute__((visibility("hidden"))) = none;',
		flags,
	);
	work.file('tree/usr/share/doc/notes.txt', 'no object');
	return join(work.folder, 'tree');
}

function run(work: Workshop, command: string, ...words: readonly string[]): void {
	execFileSync(command, words, {cwd: work.folder, stdio: 'pipe'});
}

/** Each makes a package of the folder `tree`, and says where the object is in it. */
const packers = {
	'pack.tar.gz': work => run(work, 'tar', '-czf', 'pack.tar.gz', '-C', 'tree', 'usr'),
	'pack.tar.xz': work => run(work, 'tar', '-cJf', 'pack.tar.xz', '-C', 'tree', 'usr'),
	'pack.tar.zst': work => run(work, 'tar', '--zstd', '-cf', 'pack.tar.zst', '-C', 'tree', 'usr'),
	'pack.whl': work => zip(work, 'pack.whl', 'tree', 'usr'),
	'pack.deb': work => {
		work.file(
			'tree/DEBIAN/control',
			'Package: pack\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <n@example.invalid>\nDescription: x\n',
		);
		run(work, 'dpkg-deb', '--build', 'tree', 'pack.deb');
	},
	'pack.conda': work => {
		run(work, 'tar', '--zstd', '-cf', 'pkg-pack.tar.zst', '-C', 'tree', 'usr');
		zip(work, 'pack.conda', '.', 'pkg-pack.tar.zst');
	},
	'pack.rpm': work => rpm(work),
} as const satisfies Readonly<Record<string, (work: Workshop) => void>>;

function zip(work: Workshop, name: string, folder: string, what: string): void {
	const script =
		'import os, sys, zipfile\nout, folder, what = sys.argv[1:]\nz = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)\nos.chdir(folder)\nfiles = [what] if os.path.isfile(what) else [os.path.join(d, f) for d, _, fs in os.walk(what) for f in sorted(fs)]\nfor f in files: z.write(f)\nz.close()';
	run(work, 'python3', '-c', script, join(work.folder, name), folder, what);
}

function rpm(work: Workshop): void {
	const spec = work.file(
		'pack.spec',
		'Name: pack\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nAutoReqProv: no\n%description\nx\n%install\ncp -R %{tree}/usr %{buildroot}/\n%files\n/usr\n',
	);
	const define = (name: string, value: string) => ['--define', `${name} ${value}`];
	run(
		work,
		'rpmbuild',
		'-bb',
		...define('_topdir', join(work.folder, 'rpm')),
		...define('tree', join(work.folder, 'tree')),
		...define('__os_install_post', '%{nil}'),
		...define('debug_package', '%{nil}'),
		...define('_build_id_links', 'none'),
		spec,
	);
	run(work, 'sh', '-c', 'mv rpm/RPMS/*/*.rpm pack.rpm');
}

function inspectJson(work: Workshop, path: string): readonly InspectReport[] {
	const {status, stdout, stderr} = cli(['inspect', '--json', path], {
		cwd: work.folder,
		env: {PATH: process.env.PATH ?? '', XDG_CACHE_HOME: join(work.folder, 'cache')},
	});
	if (status !== 0) throw new Error(stderr);
	return JSON.parse(stdout).files;
}

const same = test.macro((t: ExecutionContext, name: keyof typeof packers) => {
	const work = workshop(t);
	tree(work);
	const [alone] = inspectJson(work, 'tree/usr/lib/liba.so');
	packers[name](work);
	const inlined = {
		places: null,
		functions: null,
		reason: 'debug information is not looked for in packages and folders',
	};
	t.deepEqual(inspectJson(work, name), [{...alone, path: `${name}!/usr/lib/liba.so`, inlined}]);
	const {stdout} = cli(['inspect', name], {cwd: work.folder, env: {PATH: process.env.PATH ?? ''}});
	t.true(stdout.endsWith(`\n${name}: 1 object with 2 exported functions, 1 object that exports none\n`), stdout);
});

test('an object in a .tar.gz is inspected as the file itself is', same, 'pack.tar.gz');
needing(program('xz'))('so it is in a .tar.xz', same, 'pack.tar.xz');
needing(program('zstd'))('so it is in a .tar.zst', same, 'pack.tar.zst');
test('so it is in a wheel', same, 'pack.whl');
// Where dpkg-deb has not been told otherwise, by xz or zstd.
needing(program('dpkg-deb'), program('xz'), program('zstd'))('so it is in a .deb', same, 'pack.deb');
needing(program('zstd'))('so it is in a .conda', same, 'pack.conda');
needing(program('xz'))('a package that is packed by a program that is not there names the program', t => {
	const work = workshop(t);
	work.file('tree/a', '');
	run(work, 'tar', '-cJf', 'pack.tar.xz', '-C', 'tree', 'a');
	const {status, stderr} = cli(['inspect', 'pack.tar.xz'], {cwd: work.folder, env: {PATH: work.folder}});
	t.is(status, 2);
	t.regex(stderr, /pack\.tar\.xz: it cannot be unpacked \(the program xz is not installed\)/);
});
needing(program('rpmbuild'))('so it is in an .rpm', same, 'pack.rpm');

test('a folder is gone through, with the packages in it', t => {
	const work = workshop(t);
	tree(work);
	mkdirSync(join(work.folder, 'all'));
	run(work, 'tar', '-czf', 'all/pack.tar.gz', '-C', 'tree', 'usr');
	run(work, 'cp', '-R', 'tree', 'all/tree');
	t.deepEqual(
		inspectJson(work, 'all').map(({path}) => path),
		['all/pack.tar.gz!/usr/lib/liba.so', 'all/tree/usr/lib/liba.so'],
	);
});

test('a broken package is one line and exit status 2, and the next one is inspected', t => {
	const work = workshop(t);
	tree(work);
	packers['pack.tar.gz'](work);
	work.file('broken.tar.gz', readFileSync(join(work.folder, 'pack.tar.gz')).subarray(0, 300));
	const {status, stdout, stderr} = cli(['inspect', 'broken.tar.gz', 'pack.tar.gz'], {cwd: work.folder});
	t.is(status, 2);
	t.regex(stderr, /^pyinterpose: error: broken\.tar\.gz: [^\n]+\n$/);
	t.regex(stdout, /pack\.tar\.gz!\/usr\/lib\/liba\.so/);
});

needing(program('setpriv'))(
	'what may not be read is one line and exit status 2, and the rest of the folder is inspected',
	t => {
		const work = workshop(t);
		tree(work);
		chmodSync(work.file('tree/usr/lib/libclosed.so', readFileSync(join(work.folder, 'tree/usr/lib/liba.so'))), 0);
		mkdirSync(join(work.folder, 'tree/usr/closed'), {mode: 0});
		// The superuser may read everything, but for one without capabilities.
		const bare = process.geteuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : ['env'];
		const [command = '', ...words] = [...bare, process.execPath, cliPath, 'inspect', 'tree'];
		const env = {PATH: process.env.PATH, XDG_CACHE_HOME: join(work.folder, 'cache')};
		const {status, stdout, stderr} = spawnSync(command, words, {cwd: work.folder, env, encoding: 'utf8'});
		t.is(status, 2);
		const closed = ['tree/usr/closed', 'tree/usr/lib/libclosed.so'];
		t.is(stderr, closed.map(path => `pyinterpose: error: ${path}: it cannot be read: permission denied\n`).join(''));
		t.regex(stdout, /^tree\/usr\/lib\/liba\.so: /);
	},
);

test('a contract holds for an object in a package', t => {
	const work = workshop(t);
	tree(work);
	packers['pack.tar.gz'](work);
	const rule = (expect: string) => `schema = 1\n[[rule]]\nclaims = ["leaf"]\nexpect = "${expect}"\nreason = "x"\n`;
	const held = (expect: string) => {
		const contract = work.file(`${expect}.toml`, rule(expect));
		return cli(['inspect', '--contract', contract, 'pack.tar.gz'], {cwd: work.folder}).status;
	};
	t.deepEqual([held('honored'), held('not-overridable')], [0, 1]);
});
