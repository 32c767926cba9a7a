/** This file drives `pyinterpose check`, built, over all that can be wrong with targets and the machine. */

import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, chownSync, copyFileSync, cpSync, readFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import type {Report} from '../../src/model/report.js';
import {reportedClaims} from '../../src/model/reported-claims.js';
import {fakePython} from '../support/fake-python.js';
import {file, machine, needing, superuser} from '../support/needs.js';
import {systemPython, withoutCtypes} from '../support/pythons.js';
import {type Workshop, workshop} from '../support/workshop.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const python = systemPython();
const testWithPython = needing(file(python, 'python3'));
const real = python ?? '';

/** One claim is enough to see that a target got its verdict. */
const claim = ['--symbols', 'PyErr_Occurred', '--routes', 'extension', '--timeout', '20', '--json'];

interface Checked {
	readonly status: number | null;
	readonly stderr: string;
	readonly report: Report;
}

function check(t: ExecutionContext, words: readonly string[], changes: Partial<Run> = {}): Checked {
	const {before = [], package: from = root, env = process.env} = changes;
	const command = [...before, process.execPath, join(from, 'dist/src/cli.js'), 'check', ...claim, ...words];
	const {status, stdout, stderr} = spawnSync(command[0] ?? '', command.slice(1), {encoding: 'utf8', env});
	t.log(stderr);
	return {status, stderr, report: stdout === '' ? null : JSON.parse(stdout)};
}

interface Run {
	/** What the command is run by, such as `unshare`. */
	readonly before: readonly string[];
	/** Where the package is installed. */
	readonly package: string;
	readonly env: NodeJS.ProcessEnv;
}

/** The verdicts must be those of a run in which nothing was wrong. */
function isTested(t: ExecutionContext, {report}: Checked): void {
	const [target] = report.targets;
	t.is(report.targets.length, 1);
	t.is(target?.executable, real);
	const claims = target === undefined ? [] : reportedClaims(target);
	t.is(claims.length, 1);
	t.true(['honored', 'bypassed'].includes(claims[0]?.verdict.kind ?? ''));
}

testWithPython('whatever is wrong with some targets, the others get their verdicts', t => {
	const work = workshop(t);
	const bad = badTargets(work);
	const checked = check(t, [...Object.values(bad), real]);
	t.is(checked.status, 2);
	isTested(t, checked);
	const failures = new Map(checked.report.failures.map(({target, message}) => [target, message]));
	for (const [what, path] of Object.entries(bad)) {
		const message = failures.get(path) ?? '';
		t.true(message.includes(path), `${what}: the sentence names the thing: ${message}`);
		t.regex(message, /^[^\n]+[.)] [A-Z][^\n]+$/, `${what}: one sentence and what to do`);
	}
	t.is(checked.report.failures.length, Object.keys(bad).length);
});

function badTargets(work: Workshop): Record<string, string> {
	const elf = readFileSync(real);
	const patched = (name: string, offset: number, byte: number) => {
		const bytes = Buffer.from(elf);
		bytes[offset] = byte;
		return work.file(name, bytes, 0o755);
	};
	return {
		'no such file': `${work.folder}/nothing`,
		'a directory': work.folder,
		'a text file': work.file('text', 'hello\n'),
		'an ELF that is no Python': '/bin/sh' === real ? process.execPath : work.compile('other', 'int main(void) {}'),
		'a 32-bit ELF': patched('narrow', 4, 1),
		'a foreign ELF': patched('foreign', 18, 243),
		'a damaged ELF': work.file('damaged', elf.subarray(0, 5000), 0o755),
		'a Python that exits at once': fakePython(work, 'int main(void) { return 3; }', 'exits'),
		'a Python that crashes': fakePython(work, 'int main(void) { abort(); }', 'crashes'),
	};
}

testWithPython('a Python that hangs is given up at the time limit, and the others get their verdicts', t => {
	const path = fakePython(workshop(t), 'int main(void) { for (;;) pause(); }');
	const checked = check(t, [path, real, '--timeout', '5']);
	t.is(checked.status, 2);
	isTested(t, checked);
	t.regex(checked.report.failures[0]?.message ?? '', /did not end within 5 seconds and was killed at start/);
});

testWithPython('two names of one Python are tested once, with a note', t => {
	const link = workshop(t).link('python3', real);
	const checked = check(t, [real, link]);
	t.is(checked.status, 0);
	isTested(t, checked);
	t.true(checked.report.targets[0]?.findings.some(({kind}) => kind === 'same-file'));
});

testWithPython('an environment that carries LD_PRELOAD is tested without it, with a finding', t => {
	const shim = workshop(t).compile('shim.so', 'int PyErr_Occurred(void) { return 0; }', ['-shared', '-fPIC']);
	const plain = check(t, [real]);
	const checked = check(t, [real], {env: {...process.env, LD_PRELOAD: shim}});
	t.is(checked.status, 0);
	t.deepEqual(checked.report.targets[0]?.functions, plain.report.targets[0]?.functions);
	t.true(checked.report.targets[0]?.findings.some(({kind}) => kind === 'environment-left-out'));
});

testWithPython('a Python without ctypes gets the verdicts of the same Python with it', t => {
	const [without, plain] = [check(t, [withoutCtypes(workshop(t), real), '--no-sweep']), check(t, [real, '--no-sweep'])];
	t.is(without.status, 0);
	t.deepEqual(without.report.targets[0]?.functions, plain.report.targets[0]?.functions);
});

testWithPython('a package whose path has spaces, a colon and a dollar sign works like any other', t => {
	const from = join(workshop(t).folder, 'my: packages $5');
	for (const part of ['dist/src', 'build/Release', 'native', 'data', 'probes', 'package.json']) {
		cpSync(join(root, part), join(from, part), {recursive: true});
	}
	symlinkSync(join(root, 'node_modules'), join(from, 'node_modules'));
	const checked = check(t, [real], {package: from});
	t.is(checked.status, 0);
	isTested(t, checked);
});

/** Mounts of its own, which only the superuser can make, and not in every container. */
const namespaces = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/dev/shm']).status === 0;
const testWithMounts = needing(machine(namespaces, 'mount namespaces of its own (unshare)'), file(python, 'python3'));

/** In a mount namespace of its own. The package stays where it is, also where that is below one of the folders. */
function mounted(...mounts: readonly (readonly [options: string, folder: string])[]): Partial<Run> {
	const script = mounts.flatMap(([options, folder]) => [
		`mount -t tmpfs none ${folder}`,
		...(root.startsWith(`${folder}/`) ? ['mkdir -p "$0"', 'mount -c --bind /proc/self/fd/9 "$0"'] : []),
		`mount -o remount,${options} ${folder}`,
	]);
	const before = ['unshare', '-m', 'sh', '-c', `exec 9<"$0" && ${script.join(' && ')} && exec "$@" 9<&-`, root];
	return {before, env: withoutTmpdir()};
}

function withoutTmpdir(): NodeJS.ProcessEnv {
	return {...process.env, TMPDIR: undefined};
}

testWithMounts('a machine without a writable /dev/shm is tested like any other', t => {
	const checked = check(t, [real], mounted(['ro', '/dev/shm']));
	t.is(checked.status, 0);
	isTested(t, checked);
});

testWithMounts('a machine whose /dev/shm is too small is tested like any other', t => {
	const checked = check(t, [real], mounted(['size=64k', '/dev/shm']));
	t.is(checked.status, 0);
	isTested(t, checked);
});

testWithMounts('a machine that runs no program from a temporary folder is tested like any other', t => {
	const checked = check(t, [real], mounted(['noexec', '/dev/shm'], ['noexec', '/tmp'], ['noexec', '/var/tmp']));
	t.is(checked.status, 0);
	isTested(t, checked);
});

testWithMounts('a machine without a writable temporary folder gives one sentence, a hint, and status 2', t => {
	const {status, stderr} = check(t, [real], mounted(['ro', '/dev/shm'], ['ro', '/tmp'], ['ro', '/var/tmp']));
	t.is(status, 2);
	t.regex(
		stderr,
		/^pyinterpose: error: No temporary folder can be made: tried \/dev\/shm \(the file system is read-only\), \/tmp \(the file system is read-only\), \/var\/tmp \(the file system is read-only\)\.\nSet TMPDIR /,
	);
});

const testAsRoot = needing(superuser, file(python, 'python3'));

testAsRoot('a Python that runs with raised privileges is refused, and the others get their verdicts', t => {
	const path = `${workshop(t).folder}/python3`;
	copyFileSync(real, path);
	chownSync(path, 0, 65534);
	chmodSync(path, 0o2755);
	const checked = check(t, [path, real]);
	t.is(checked.status, 2);
	isTested(t, checked);
	t.regex(checked.report.failures[0]?.message ?? '', /raised privileges .+ so that the loader ignores LD_PRELOAD/);
});

test('this machine has what these tests need', t => {
	t.log(python === null ? 'There is no python3: the tests that need one are skipped.' : `python3 is ${real}`);
	if (!namespaces) t.log('No mount namespace can be made: the tests of temporary folders are skipped.');
	t.notThrows(() => execFileSync('cc', ['--version'], {stdio: 'ignore'}));
});
