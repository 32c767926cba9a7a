/** This file runs the recipes of docs/recipes.md as they stand there, on real Pythons, and shows that each says no where it should. */

import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import type {Ran} from '../support/cli.js';
import {given, machine, needing, program} from '../support/needs.js';
import {asCopied, layOut, root} from '../support/packaging.js';
import {debianLibpython, debianParts, packAgain, sharedPython, standalone} from '../support/packed-pythons.js';
import {interpreterOf} from '../support/pythons.js';
import {type Workshop, workshop} from '../support/workshop.js';

const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8');

interface Recipe {
	/** By the name in the first line. */
	readonly files: Readonly<Record<string, string>>;
	readonly commands: string;
}

function recipe(heading: string): Recipe {
	const section = page.split(/^## /m).find(part => part.startsWith(`${heading}\n`));
	if (section === undefined) throw new Error(`docs/recipes.md has no section '${heading}'`);
	const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', body = '']) => ({
		language,
		body,
	}));
	const files = blocks.flatMap(({language, body}) => {
		const name = /^# ([\w.-]+)\n/.exec(body)?.[1];
		return language === 'sh' || name === undefined ? [] : [[name, body]];
	});
	return {
		files: Object.fromEntries(files),
		commands: blocks.flatMap(({language, body}) => (language === 'sh' ? [body] : [])).join(''),
	};
}

/** What is honored everywhere; what is asked of the interpreter itself a test adds. */
const kept =
	'schema = 1\n[[rule]]\nfamilies = ["libc-memory"]\nroutes = ["extension"]\nexpect = "honored-if-called"\nreason = "Leak finders."\n';
const broken = kept.replace('honored-if-called', 'not-overridable');

/** Writes the recipe's files, and runs its commands. */
async function cook(t: ExecutionContext, work: Workshop, {files, commands}: Recipe): Promise<Ran> {
	for (const [name, body] of Object.entries(files)) work.file(name, body);
	const {path} = layOut(t, 'github');
	return shell(commands, work.folder, {PATH: path, HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8'});
}

/** Not at once: a whole check takes its time, and the runner is told of each test as it ends. */
async function shell(commands: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
	const child = spawn('bash', ['--norc', '-euc', commands], {cwd, env, stdio: ['ignore', 'pipe', 'pipe']});
	const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	return {status, stdout, stderr};
}

const python = sharedPython();
const ofOwnPrefix = machine(python !== null, 'a Python of a prefix of its own');

needing(ofOwnPrefix).serial(
	'an archive in the layout of python-build-standalone is validated, checked, and compared with itself',
	async t => {
		const work = workshop(t);
		standalone(work, 'cpython-install_only.tar.gz', python ?? '');
		const {status, stdout, stderr} = await cook(t, work, recipe('python-build-standalone'));
		t.is(status, 0, stdout + stderr);
		t.regex(stdout, /The contract is kept/);
		t.regex(stdout, /^CPython \d\.\d+\.\d+ \(shared\): LD_PRELOAD overrides work for all/m);
	},
);

test.serial("an archive whose libpython exports another library's names is named, with the name", async t => {
	const work = workshop(t);
	const flags = ['-shared', '-fPIC', '-Wl,-soname,libpython3.99.so.1.0'];
	work.compile(
		'tree/python/lib/libpython3.99.so.1.0',
		'int SSL_new(void) { return 1; } int PyErr_Occurred(void) { return SSL_new(); }',
		flags,
	);
	execFileSync('tar', ['-czf', 'cpython-install_only.tar.gz', '-C', 'tree', 'python'], {cwd: work.folder});
	const {status, stdout} = await cook(t, work, recipe('python-build-standalone'));
	t.is(status, 1);
	t.regex(stdout, /SSL_new/);
	t.notRegex(stdout, /exports[^\n]*PyErr_Occurred/);
});

const yamlReader = given(spawnSync('/usr/bin/python3', ['-c', 'import yaml']).status === 0, 'PyYAML');

needing(ofOwnPrefix, yamlReader, program('zstd'), program('npm')).serial(
	'the commands of a conda recipe install the command and hold the package to its contract',
	async t => {
		const work = workshop(t);
		const {files, commands} = recipe('conda-forge');
		const read = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
		const steps = JSON.parse(
			execFileSync('/usr/bin/python3', ['-c', read], {input: files['meta.yaml'], encoding: 'utf8'}),
		);
		const {cwd, env} = asCopied(t, 'github');
		const prefix = dirname(dirname(python ?? ''));
		const ran = async (contract: string) => {
			writeFileSync(join(cwd, 'interpose.toml'), contract);
			const script = (steps.test.commands as string[]).join('\n');
			return shell(script, cwd, {...env, PREFIX: prefix});
		};
		const good = await ran(kept);
		t.is(good.status, 0, good.stdout + good.stderr);
		t.is((await ran(broken)).status, 1);
		// The package: a zip archive of tar archives.
		standalone(work, 'whole.tar.gz', python ?? '');
		execFileSync('tar', ['--zstd', '-cf', 'pkg-python.tar.zst', '-C', 'standalone/python', '.'], {cwd: work.folder});
		const zip = 'import zipfile; z = zipfile.ZipFile("python.conda", "w"); z.write("pkg-python.tar.zst"); z.close()';
		execFileSync('python3', ['-c', zip], {cwd: work.folder});
		work.file('interpose.toml', kept);
		const packed = await cook(t, work, {files: {}, commands});
		t.is(packed.status, 0, packed.stdout + packed.stderr);
	},
);

/** Packages of their own, or nothing that a check reads: packing takes its time. */
const leftOut = ['test', 'tests', 'site-packages', '__pycache__', 'config-*', 'ensurepip', 'idlelib', 'lib2to3'];

/** A package as Fedora has it: the library and its modules. */
function rpm(work: Workshop, name: string, library: string, modules: string): void {
	const tree = join(work.folder, `tree-${basename(dirname(name))}`);
	mkdirSync(join(tree, 'usr/lib'), {recursive: true});
	mkdirSync(join(work.folder, dirname(name)), {recursive: true});
	copyFileSync(library, join(tree, 'usr/lib', basename(library)));
	execFileSync(
		'tar',
		['-cf', 'modules.tar', ...leftOut.map(name => `--exclude=${name}`), '-C', dirname(modules), basename(modules)],
		{cwd: work.folder},
	);
	execFileSync('tar', ['-xf', 'modules.tar', '-C', join(tree, 'usr/lib')], {cwd: work.folder});
	const spec = work.file(
		'package.spec',
		'Name: python3-libs\nVersion: 1\nRelease: 1\nSummary: x\nLicense: PSF\nAutoReqProv: no\n%description\nx\n%install\ncp -R %{tree}/usr %{buildroot}/\n%files\n/usr\n',
	);
	const defines = {
		_topdir: join(work.folder, 'rpm'),
		tree,
		__os_install_post: '%{nil}',
		debug_package: '%{nil}',
		_build_id_links: 'none',
		_binary_payload: 'w1.gzdio',
	};
	const words = Object.entries(defines).flatMap(([key, value]) => ['--define', `${key} ${value}`]);
	execFileSync('rpmbuild', ['-bb', ...words, spec], {cwd: work.folder, stdio: 'pipe'});
	execFileSync('sh', ['-c', `mv rpm/RPMS/*/*.rpm ${name}`], {cwd: work.folder});
}

needing(ofOwnPrefix, program('rpmbuild')).serial(
	'an update of an rpm that keeps its overrides passes, and one that loses them says which',
	async t => {
		const work = workshop(t);
		const whole = python ?? '';
		const modules = join(dirname(dirname(whole)), 'lib', basename(whole));
		rpm(work, 'before/python3-libs.rpm', interpreterOf(whole), modules);
		rpm(work, 'after/python3-libs.rpm', interpreterOf(whole), modules);
		work.file('interpose.toml', kept);
		const same = await cook(t, work, recipe('Fedora, RHEL, CentOS Stream'));
		t.is(same.status, 0, same.stdout + same.stderr);
		// The same code, and every call of it bound: as the linker does with -Bsymbolic.
		const bound = join(work.folder, basename(interpreterOf(whole)));
		writeFileSync(bound, readFileSync(interpreterOf(whole)));
		bindWithinItself(bound);
		rpm(work, 'after/python3-libs.rpm', bound, modules);
		const lost = await cook(t, work, recipe('Fedora, RHEL, CentOS Stream'));
		t.regex(lost.stdout, /LD_PRELOAD overrides of [\d,]+ of [\d,]+ functions are lost/);
		t.not(lost.status, 0);
	},
);

/** Sets DF_SYMBOLIC in DT_FLAGS, in the place of another entry of the dynamic section that the loader can do without. */
function bindWithinItself(path: string): void {
	const bytes = readFileSync(path);
	const headers = Number(bytes.readBigUInt64LE(0x20));
	for (let index = 0; index < bytes.readUInt16LE(0x38); index++) {
		const at = headers + index * 56;
		if (bytes.readUInt32LE(at) !== 2) continue;
		const begin = Number(bytes.readBigUInt64LE(at + 8));
		for (let entry = begin; entry < begin + Number(bytes.readBigUInt64LE(at + 32)); entry += 16) {
			// DT_RELACOUNT only saves the loader time; DT_SYMBOLIC stands for the flag.
			if (bytes.readBigUInt64LE(entry) === 0x6fff_fff9n) bytes.writeBigUInt64LE(16n, entry);
		}
	}
	// Another build has another build-id: its note ends with the id's 20 bytes, behind the name GNU.
	const note = bytes.indexOf(Buffer.from([4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 0x47, 0x4e, 0x55, 0]));
	if (note >= 0) bytes.writeUInt32LE(0x1234_5678, note + 16);
	writeFileSync(path, bytes);
}

needing(given(debianLibpython !== null, 'a libpython of a Debian package'), program('dpkg-deb')).serial(
	'the packages of a libpython are held to a contract before they are uploaded',
	async t => {
		const work = workshop(t);
		const release = /libpython(\d\.\d+)/.exec(debianLibpython ?? '')?.[1] ?? '';
		for (const name of debianParts) packAgain(work, name);
		const {commands} = recipe('Debian and Ubuntu');
		const here = {files: {}, commands: commands.replaceAll('3.11', release)};
		work.file('interpose.toml', kept);
		const good = await cook(t, work, here);
		t.is(good.status, 0, good.stdout + good.stderr);
		work.file('interpose.toml', broken);
		t.is((await cook(t, work, here)).status, 1);
	},
);

needing(program('nix-instantiate')).serial(
	'the derivation for Nix runs the check with the interpreter of the Python that it is for',
	async t => {
		const work = workshop(t);
		const {files} = recipe('Nix');
		for (const [name, body] of Object.entries(files)) work.file(name, body);
		// In the place of nixpkgs, which gives the derivation its inputs and runs its script.
		work.file(
			'stub.nix',
			`let
  python = { name = "python3"; interpreter = "${process.env.PYTHON_FOR_NIX ?? '/usr/bin/python3'}"; passthru = { tests = { own = 1; }; };
    overrideAttrs = change: python // change python; };
  callPackage = file: more: import file ({ runCommand = name: env: script: { inherit name script; inputs = env.nativeBuildInputs; }; pyinterpose = "pyinterpose"; } // more);
in (import ./passthru.nix { inherit callPackage python; }).passthru.tests`,
		);
		const evaluate = async (contract: string) => {
			work.file('interpose.toml', contract);
			const json = execFileSync(
				'nix-instantiate',
				['--eval', '--read-write-mode', '--strict', '--json', '--option', 'sandbox', 'false', 'stub.nix'],
				{
					cwd: work.folder,
					encoding: 'utf8',
					env: {
						...process.env,
						NIX_STATE_DIR: join(work.folder, 'state'),
						NIX_STORE_DIR: join(work.folder, 'store'),
						NIX_LOG_DIR: join(work.folder, 'log'),
					},
				},
			);
			const {own, interpose} = JSON.parse(json);
			t.is(own, 1, 'the tests that are there stay');
			t.is(interpose.name, 'python3-interpose');
			const out = join(work.folder, 'out');
			return cook(t, work, {files: {}, commands: `out=${out}\n${interpose.script}`});
		};
		const good = await evaluate(kept);
		t.is(good.status, 0, good.stdout + good.stderr);
		t.is(JSON.parse(readFileSync(join(work.folder, 'out'), 'utf8')).targets.length, 1);
		t.is((await evaluate(broken)).status, 1);
	},
);

const four = ['malloc_aligned', 'realloc_aligned', 'free', 'collect'].map(name => `arrow_mi_${name}`);

/** A wheel with a library of Arrow's kind: four functions, and what calls them. */
function wheel(work: Workshop, names: readonly string[], flags: readonly string[]): void {
	const source = [
		...names.map(name => `int ${name}(int n) { return n + 1; }`),
		...['Allocate', 'Reallocate', 'Free', 'ReleaseUnused'].map(
			(name, at) => `int ${name}(int n) { return ${names[at] ?? 'Allocate'}(n) * 2; }`,
		),
	].join('\n');
	work.compile('wheel/pyarrow/libarrow.so.2600', source, [
		'-O1',
		'-fno-inline',
		'-shared',
		'-fPIC',
		'-Wl,-soname,libarrow.so.2600',
		...flags,
	]);
	const zip =
		'import zipfile; z = zipfile.ZipFile("pyarrow.whl", "w", zipfile.ZIP_DEFLATED); z.write("wheel/pyarrow/libarrow.so.2600", "pyarrow/libarrow.so.2600"); z.close()';
	execFileSync('python3', ['-c', zip], {cwd: work.folder});
}

test.serial("a wheel's allocator that can be hooked keeps its contract", async t => {
	const work = workshop(t);
	wheel(work, four, []);
	const {status, stdout, stderr} = await cook(t, work, recipe('An allocator in a wheel'));
	t.is(status, 0, stdout + stderr);
	t.regex(stdout, /The contract is kept: 4 of 4 claims/);
});

test.serial('one that the linker bound breaks it for each function', async t => {
	const work = workshop(t);
	wheel(work, four, ['-Wl,-Bsymbolic-functions']);
	const {status, stdout} = await cook(t, work, recipe('An allocator in a wheel'));
	t.is(status, 1);
	for (const name of four) t.regex(stdout, new RegExp(`${name}/interpreter`));
	t.regex(stdout, /-Bsymbolic-functions/);
});

test.serial('one that is not exported any more breaks it, as absent', async t => {
	const work = workshop(t);
	wheel(work, four.slice(0, 3), []);
	const {status, stdout} = await cook(t, work, recipe('An allocator in a wheel'));
	t.is(status, 1);
	t.regex(stdout, /arrow_mi_collect\/interpreter[\s\S]*does not export|absent/);
});

test.serial('every recipe of the page is run here', t => {
	const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
	const source = readFileSync(new URL(import.meta.url), 'utf8');
	for (const heading of headings) t.true(source.includes(`recipe('${heading}')`), heading);
});
