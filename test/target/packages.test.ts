/** This file checks Pythons in packages, and holds what comes out to what the installed ones give. */

import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Report} from '../../src/model/report.js';
import {startedBy} from '../../src/target/own-loader.js';
import {cli, type Ran} from '../support/cli.js';
import {given, machine, needing, program, x86} from '../support/needs.js';
import {debianLibpython, debianParts, packAgain, sharedPython, standalone} from '../support/packed-pythons.js';
import {interpreterOf} from '../support/pythons.js';
import {type Workshop, workshop} from '../support/workshop.js';

const library = debianLibpython;
const debian = [given(library !== null, 'a libpython of a Debian package'), program('dpkg-deb')];

const names = debianParts;

/** With a folder of its own for what is temporary, which is empty afterwards. */
function check(work: Workshop, words: readonly string[]): Ran {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	const ran = cli(['check', ...words], {cwd: work.folder, env: {TMPDIR: folder, COLUMNS: '1000'}});
	const left = readdirSync(folder);
	execFileSync('rm', ['-r', folder]);
	if (left.length > 0) throw new Error(`${left.join(' ')} is left in TMPDIR`);
	return ran;
}

function reportOf({stdout, stderr, status}: Ran): Report {
	if (status !== 0) throw new Error(`${status}: ${stdout}${stderr}`);
	return JSON.parse(stdout);
}

function verdictsOf({targets}: Report): unknown {
	return targets.map(({id, functions, binding, declared}) => ({
		id,
		binding,
		declared,
		calls: functions.flatMap(({symbol, references, calls}) =>
			calls.map(({caller, verdict, probe}) => [symbol, references, caller, verdict.kind, probe]),
		),
	}));
}

needing(...debian)('the verdicts on a libpython in packages are those on the installed one', t => {
	const work = workshop(t);
	const packages = names.map(name => basename(packAgain(work, name)));
	const packed = reportOf(check(work, ['--json', ...packages]));
	const installed = reportOf(check(work, ['--json', library ?? '']));
	t.deepEqual(verdictsOf(packed), verdictsOf(installed));
	const [target] = packed.targets;
	t.is(target?.interpreter.path, `${packages[0]}!${library}`);
	t.is(target?.executable, installed.targets[0]?.executable);
	t.deepEqual(target?.findings.map(({kind}) => kind).filter(kind => kind === 'library-of-this-machine').length, 1);
	t.notRegex(JSON.stringify(packed), /\/pyinterpose-[^/"]*\/1\//, 'no path of the folder that is gone');
});

needing(
	...debian,
	program('cpio'),
	x86,
)("with libc's package the Python runs on that libc, and without it on this machine's", t => {
	const work = workshop(t);
	const packages = [...names, 'libc6'].map(name => basename(packAgain(work, name)));
	const words = ['--json', '--no-sweep', '--symbols', 'PyErr_Occurred'];
	const machines = (report: Report) =>
		/^(.*) (is|are) this machine's/.exec(
			report.targets[0]?.findings.find(({kind}) => kind === 'library-of-this-machine')?.message ?? '',
		)?.[1] ?? '';
	const without = reportOf(check(work, [...words, ...packages.slice(0, 3)]));
	const withIt = reportOf(check(work, [...words, ...packages]));
	t.regex(machines(without), /\blibc\.so\.6\b/);
	t.notRegex(machines(withIt), /\b(libc|libm|ld-linux)\b/);
	t.deepEqual(verdictsOf(withIt), verdictsOf(without));
});

needing(...debian)('a package that a Python depends on and nobody gave is named', t => {
	const work = workshop(t);
	const [whole = '', minimal = '', stdlib = ''] = names.map(name => basename(packAgain(work, name)));
	const {status, stdout} = check(work, [whole, stdlib]);
	t.is(status, 2);
	t.regex(
		stdout,
		new RegExp(`${stdlib} depends on ${names[1]} \\(= [^)]+\\), which is not given\\. Give that package as well`),
	);
	// The same package of another version is not what it depends on.
	const other = packAgain(work, names[1] ?? '', tree => {
		const control = join(tree, 'DEBIAN/control');
		writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*/m, 'Version: 0.1'));
	});
	t.regex(check(work, [whole, stdlib, basename(other)]).stdout, /which is not given/);
	t.regex(
		check(work, [minimal]).stdout,
		new RegExp(`There is no Python in ${minimal}: none of \\d+ files is an interpreter or a libpython`),
	);
});

needing(...debian)('a libpython for another machine is refused in one sentence', t => {
	const work = workshop(t);
	const packages = names.map(name =>
		basename(
			packAgain(work, name, tree => {
				const path = join(tree, library ?? '');
				if (!existsSync(path)) return;
				const bytes = readFileSync(path);
				// e_machine: s390x.
				bytes.writeUInt16LE(22, 18);
				writeFileSync(path, bytes);
			}),
		),
	);
	const {status, stdout} = check(work, packages);
	t.is(status, 2);
	t.regex(stdout, new RegExp(`${packages[0]}!${library} is a program for 64-bit s390x; this machine runs`));
	t.notRegex(stdout, /honored|overrides work/);
});

/** Enough to be taken for an interpreter, linked to a library of which there is only a stub. */
function linkedTo(work: Workshop, soname: string, symbolVersion: string): string {
	const script = work.file('stub.map', `${symbolVersion} { global: lacking; };`);
	work.compile('stub.so', 'void lacking(void) {}', [
		'-shared',
		'-fPIC',
		`-Wl,-soname,${soname}`,
		`-Wl,--version-script,${script}`,
	]);
	const source = `void lacking(void); void PyErr_Occurred(void) { lacking(); }
void PyEval_GetBuiltins(void) {} void Py_Initialize(void) {} int Py_Main(void) { return 0; } int Py_BytesMain(void) { return 0; }`;
	work.compile('tree/python/lib/libpython3.99.so.1.0', source, [
		'-shared',
		'-fPIC',
		'-Wl,-soname,libpython3.99.so.1.0',
		join(work.folder, 'stub.so'),
	]);
	work.file('tree/python/lib/python3.99/os.py', '');
	work.file('tree/python/lib/python3.99/encodings/__init__.py', '');
	execFileSync('tar', ['-czf', 'python.tar.gz', '-C', 'tree', 'python'], {cwd: work.folder});
	return 'python.tar.gz';
}

test('a library that neither the packages nor the machine has is named', t => {
	const work = workshop(t);
	const {status, stdout} = check(work, [linkedTo(work, 'libnowhere.so.7', 'NOWHERE_1')]);
	t.is(status, 2);
	t.regex(
		stdout,
		/python\.tar\.gz!\/python\/lib\/libpython3\.99\.so\.1\.0 needs libnowhere\.so\.7, which neither the packages nor this machine has/,
	);
});

test('a libc that is too old is named with the version that is asked for', t => {
	const work = workshop(t);
	const {status, stdout} = check(work, [linkedTo(work, 'libm.so.6', 'GLIBC_9.99')]);
	t.is(status, 2);
	t.regex(
		stdout,
		/libpython3\.99\.so\.1\.0 needs GLIBC_9\.99 of \S*libm\.so\.6, which is older here\. Give the package of its own libc/,
	);
});

test('a libpython without its standard library is not started with that of the machine', t => {
	const work = workshop(t);
	const archive = linkedTo(work, 'libm.so.6', 'GLIBC_9.99');
	execFileSync('sh', ['-c', `rm -r tree/python/lib/python3.99 && tar -czf ${archive} -C tree python`], {
		cwd: work.folder,
	});
	const {status, stdout} = check(work, [archive]);
	t.is(status, 2);
	t.regex(stdout, /No standard library for python\.tar\.gz!\/python\/lib\/libpython3\.99\.so\.1\.0 was found/);
});

const shared = sharedPython();

const sameAsInstalled = test.macro((t: ExecutionContext, form: 'tar.gz' | 'tar.zst') => {
	const work = workshop(t);
	const name = standalone(work, `cpython.${form}`, shared ?? '');
	const words = ['--json', '--no-sweep', '--symbols', 'memory'];
	const packed = reportOf(check(work, [...words, name]));
	t.deepEqual(verdictsOf(packed), verdictsOf(reportOf(check(work, [...words, shared ?? '']))));
	t.is(packed.targets[0]?.executable, `${name}!/python/bin/${basename(shared ?? '')}`);
});

const ofOwnPrefix = machine(shared !== null, 'a Python of a prefix of its own');
needing(ofOwnPrefix)('a whole Python in a .tar.gz gets the verdicts of the installed one', sameAsInstalled, 'tar.gz');
needing(ofOwnPrefix, program('zstd'))('so does one in a .tar.zst', sameAsInstalled, 'tar.zst');

needing(ofOwnPrefix)('a program that loads its libpython from where another one is installed is refused', t => {
	const work = workshop(t);
	const name = standalone(work, 'cpython.tar.gz', shared ?? '');
	const library = basename(interpreterOf(shared ?? ''));
	execFileSync('tar', ['-czf', name, '-C', 'standalone', `--exclude=${library}`, 'python'], {cwd: work.folder});
	const {status, stdout} = check(work, [name]);
	t.is(status, 2);
	t.regex(stdout, /loads the interpreter from \S+, which is not in the packages|needs libpython\S+, which neither/);
});

test('a hostile archive is refused in one sentence, and leaves nothing', t => {
	const work = workshop(t);
	execFileSync('sh', ['-c', 'mkdir in && echo x > x && tar -czPf python.tar.gz ../$(basename $PWD)/x'], {
		cwd: work.folder,
	});
	const {status, stdout} = check(work, ['python.tar.gz']);
	t.is(status, 2);
	t.regex(stdout, /python\.tar\.gz cannot be unpacked: a member's path leads out of it \(\.\.\//);
});

test('what is no package of a Python is refused, and so is a package where a Python is wanted', t => {
	const work = workshop(t);
	work.file('a.whl', '');
	work.file('a.deb', '!<arch>\n');
	t.regex(check(work, ['a.whl']).stdout, /a\.whl is a zip archive, which no Python is published in/);
	t.regex(check(work, ['none.deb']).stdout, /There is no file none\.deb/);
	t.regex(check(work, ['a.deb']).stdout, /There is no Python in a\.deb|a\.deb cannot be unpacked/);
	const {status, stderr} = cli(['explain', 'PyErr_Occurred', './a.deb'], {cwd: work.folder});
	t.is(status, 2);
	t.regex(stderr, /a\.deb is a package\./);
});

needing(program('readelf'))('a program that is started by another loader says so, and is otherwise the same', t => {
	const work = workshop(t);
	const original = readFileSync(work.compile('main', 'int main(void) { return 7; }'));
	const loader =
		/interpreter: (\S+)\]/.exec(execFileSync('readelf', ['-lW', join(work.folder, 'main')], {encoding: 'utf8'}))?.[1] ??
		'';
	const link = work.link('a/rather/long/path/to/the/loader', loader);
	const changed = work.file('changed', startedBy(original, link), 0o755);
	t.regex(execFileSync('readelf', ['-lW', changed], {encoding: 'utf8'}), new RegExp(`interpreter: ${link}\\]`));
	const error = t.throws(() => execFileSync(changed)) as unknown as {status: number};
	t.is(error.status, 7);
	const nowhere = work.file('nowhere', startedBy(original, '/nowhere/loader'), 0o755);
	t.is((t.throws(() => execFileSync(nowhere)) as unknown as {code: string}).code, 'ENOENT');
});
