/** This file tests what a target is told to be, on programs that only look like Pythons and on real ones. */

import {chmodSync, chownSync, copyFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {Target} from '../../src/model/target.js';
import {installedPythons} from '../../src/target/installed.js';
import {withLauncher} from '../../src/target/launch.js';
import type {Surroundings} from '../../src/target/surroundings.js';
import {type FoundTargets, gatherTargets} from '../../src/target/targets.js';
import {fakePython, interpreter, speaking} from '../support/fake-python.js';
import {file, needing, superuser} from '../support/needs.js';
import {readelfDefines, systemLibpythons, systemPython, withoutCtypes} from '../support/pythons.js';
import {type Workshop, workshop} from '../support/workshop.js';

function describe(names: readonly string[], changes: Partial<Surroundings> = {}): Promise<FoundTargets> {
	const surroundings = {
		env: process.env,
		signal: new AbortController().signal,
		timeoutSeconds: 20,
		...changes,
	};
	return withLauncher(surroundings.env, launch => gatherTargets({kind: 'named', names}, launch, surroundings));
}

async function oneTarget(t: ExecutionContext, path: string, changes?: Partial<Surroundings>): Promise<Target> {
	const {targets, failures} = await describe([path], changes);
	t.deepEqual(failures, []);
	return targets[0] as Target;
}

async function oneFailure(t: ExecutionContext, path: string, changes?: Partial<Surroundings>): Promise<string> {
	const {targets, failures} = await describe([path], changes);
	t.deepEqual(targets, []);
	return failures[0]?.message ?? '';
}

function messages({findings}: Target): readonly string[] {
	return findings.map(({kind, message}) => `${kind}: ${message}`);
}

test('an executable that exports the interpreter is static, whatever the build declares', async t => {
	const path = fakePython(workshop(t), speaking({declared: {Py_ENABLE_SHARED: '1'}}));
	const target = await oneTarget(t, path);
	t.is(target.interpreter.linkage, 'static');
	t.is(target.interpreter.path, path);
	t.deepEqual(messages(target), [
		`linkage-contradicts: The build declares Py_ENABLE_SHARED=1, but ${path} itself holds the interpreter.`,
	]);
	t.true(target.exports.has('PyErr_Occurred'));
});

test('a build that declares what it is gives no finding', async t => {
	const path = fakePython(workshop(t), speaking({declared: {Py_ENABLE_SHARED: '0'}}));
	t.deepEqual(messages(await oneTarget(t, path)), []);
});

/** What is expected of one name, and what it turns out to be, with a cache of its own. */
async function expecting(
	name: string,
	folder: string,
): Promise<{expected: readonly Target[]; target: Target | undefined}> {
	const expected: Target[] = [];
	const env = {...process.env, XDG_CACHE_HOME: folder};
	const {targets} = await describe([name], {env, expect: target => expected.push(target)});
	return {expected, target: targets[0]};
}

test('a Python that says something else than the last time is what it says now', async t => {
	const work = workshop(t);
	const flag = join(work.folder, 'flag');
	const one = speaking({version: '3.99.0'}).replace('int main(void)', 'static int one(void)');
	const other = speaking({version: '3.98.0'}).replace('int main(void)', 'static int other(void)');
	const path = fakePython(
		work,
		`${one}\n${other}\nint main(void) { return access("${flag}", F_OK) ? one() : other(); }`,
	);
	// What was changed within the last tick is not kept by its times (src/cache/by-file.ts).
	await pause(2100);
	const version = async () => {
		const {expected, target} = await expecting(path, work.folder);
		return [expected.map(({python}) => python.version), target?.python.version, expected[0] === target];
	};
	t.deepEqual(await version(), [[], '3.99.0', false]);
	t.deepEqual(await version(), [['3.99.0'], '3.99.0', true]);
	work.file('flag', '');
	t.deepEqual(await version(), [['3.99.0'], '3.98.0', false]);
	t.deepEqual(await version(), [['3.98.0'], '3.98.0', true]);
});

test('a Python that does not start any more fails, whatever was expected of it', async t => {
	const work = workshop(t);
	const flag = join(work.folder, 'flag');
	const path = fakePython(
		work,
		speaking().replace('printf(', `if (!access("${flag}", F_OK)) return 3;\n\t\t\tprintf(`),
	);
	await pause(2100);
	await expecting(path, work.folder);
	work.file('flag', '');
	const {expected, target} = await expecting(path, work.folder);
	t.is(expected.length, 1);
	t.is(target, undefined);
});

/** A program whose interpreter is in a library beside it. */
function sharedPython(work: Workshop, main: string): {readonly path: string; readonly library: string} {
	const library = libpython(work);
	const flags = ['-Wl,--no-as-needed', library, `-Wl,-rpath,${work.folder}`];
	const headers = ['stdio', 'stdlib', 'string', 'unistd'].map(name => `#include <${name}.h>`).join('\n');
	return {path: work.compile('python3.99', `${headers}\n${main}`, flags), library};
}

function libpython(work: Workshop): string {
	const flags = ['-shared', '-fPIC', '-Wl,-soname,libpython3.99.so.1.0', '-Wl,--build-id=0x1a2b3c4d5e6f'];
	return work.compile('libpython3.99.so.1.0', interpreter, flags);
}

test('a program whose libpython exports the interpreter is shared', async t => {
	const {path, library} = sharedPython(workshop(t), speaking({declared: {Py_ENABLE_SHARED: '1'}}));
	const target = await oneTarget(t, path);
	t.deepEqual(target.interpreter, {
		path: library,
		soname: 'libpython3.99.so.1.0',
		buildId: '1a2b3c4d5e6f',
		linkage: 'shared',
	});
	t.is(target.executable, path);
	t.is(target.id, 'cpython-3.99.0-shared-1a2b3c4d');
	t.deepEqual(messages(target), []);
});

test('a build that declares itself static and is shared is a contradiction', async t => {
	const {path, library} = sharedPython(workshop(t), speaking({declared: {Py_ENABLE_SHARED: '0'}}));
	t.deepEqual(messages(await oneTarget(t, path)), [
		`linkage-contradicts: The build declares Py_ENABLE_SHARED=0, but ${library} holds the interpreter.`,
	]);
});

test('a libpython beside a static interpreter is found twice: as needed, and as a second interpreter', async t => {
	const work = workshop(t);
	const library = libpython(work);
	const path = fakePython(work, speaking(), 'python3.99', ['-Wl,--no-as-needed', library, `-Wl,-rpath,${work.folder}`]);
	const target = await oneTarget(t, path);
	t.is(target.interpreter.linkage, 'static');
	t.deepEqual(messages(target), [
		`needed-beside-static-interpreter: ${path} holds the interpreter and is linked to libpython3.99.so.1.0 all the same.`,
		`second-libpython: ${library} is in the process as well, a second interpreter beside the one in ${path}.`,
	]);
});

test('a Python that exports nothing is refused: no override of it can be told from nothing', async t => {
	const source = `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n`;
	// Its name makes it a Python; a wrapper's answer is the first thing it is asked for.
	const answers = speaking().replace(
		'char path',
		'if (c > 1 && !strcmp(v[1], "-c")) { ANSWER; return 0; }\n char path',
	);
	const answer = 'char self[4096] = ""; readlink("/proc/self/exe", self, 4095); printf("pyinterpose-exe %s\\n", self)';
	const main = answers.replace('main(void)', 'main(int c, char **v)').replace('ANSWER', answer);
	const path = workshop(t).compile('python3.99', source + main);
	t.regex(await oneFailure(t, path), /^No object in the process of .+ exports the interpreter's functions\./);
});

const named = test.macro<[changes: Readonly<Record<string, unknown>>, id: RegExp]>({
	async exec(t, changes, id) {
		const path = fakePython(workshop(t), speaking(changes), 'python3.99', ['-Wl,--build-id=0xabcdef0123456789']);
		t.regex((await oneTarget(t, path)).id, id);
	},
	title: (_, changes, id) => `${JSON.stringify(changes)} is named ${id.source}`,
});

test(named, {}, /^cpython-3\.99\.0-static-abcdef01$/);
test(named, {debug: true, abiflags: 'd'}, /^cpython-3\.99\.0d-static-abcdef01$/);
test(named, {freeThreaded: true, abiflags: 't'}, /^cpython-3\.99\.0t-static-abcdef01$/);
test(named, {freeThreaded: true, debug: true, version: '3.15.0a2'}, /^cpython-3\.15\.0a2td-static-abcdef01$/);

test('a build whose sysconfig cannot be read is a target, with a finding', async t => {
	const reason = "ModuleNotFoundError: No module named '_sysconfigdata'";
	const target = await oneTarget(t, fakePython(workshop(t), speaking({declaredUnreadable: reason})));
	t.deepEqual(messages(target), [`declared-unreadable: What sysconfig declares cannot be read: ${reason}`]);
});

test('an interpreter without a build-id is named by its content', async t => {
	const work = workshop(t);
	const flags = ['-Wl,--build-id=none'];
	const one = await oneTarget(t, fakePython(work, speaking(), 'one', flags));
	const same = await oneTarget(t, fakePython(work, speaking(), 'same', flags));
	const other = await oneTarget(t, fakePython(work, speaking({version: '3.99.1'}), 'other', flags));
	t.is(one.interpreter.buildId, null);
	t.regex(one.id, /^cpython-3\.99\.0-static-[0-9a-f]{8}$/);
	t.is(same.id, one.id);
	t.not(other.id.slice(-8), one.id.slice(-8));
});

test('two copies of one build have different ids in one run', async t => {
	const work = workshop(t);
	const paths = ['one', 'other'].map(name => fakePython(work, speaking(), `${name}/python3.99`));
	const {targets} = await describe(paths);
	t.is(targets[1]?.id, `${targets[0]?.id}-2`);
});

const doesNotStart = test.macro<[main: string, message: RegExp]>({
	async exec(t, main, message) {
		const path = fakePython(workshop(t), main);
		t.regex(await oneFailure(t, path, {timeoutSeconds: 1}), message);
	},
	title: title => `a Python that ${title} is refused`,
});

test(
	'exits at once with an error',
	doesNotStart,
	'int main(void) { fputs("Fatal Python error: no encodings\\n", stderr); return 1; }',
	/exited with status 1 at start, before it said what it is \(it said: Fatal Python error: no encodings\)\. See what/,
);
test(
	'exits at once without an error',
	doesNotStart,
	'int main(void) { return 0; }',
	/exited normally at start without/,
);
test('crashes', doesNotStart, 'int main(void) { raise(11); }', /was ended by SIGSEGV \(segmentation fault\) at start/);
test(
	'hangs',
	doesNotStart,
	'int main(void) { for (;;) pause(); }',
	/did not end within 1 second and was killed at start/,
);
test(
	'is no CPython',
	doesNotStart,
	speaking({implementation: 'pypy'}),
	/is pypy, which has other functions than CPython/,
);
test('runs with raised privileges', doesNotStart, speaking({secure: true}), /runs with raised privileges/);
test('may not read its own maps', doesNotStart, speaking({secure: null}), /runs with raised privileges/);

test('a Python that crashes after it has spoken is a target, with a finding', async t => {
	const path = fakePython(workshop(t), speaking({}, 'abort();'));
	t.deepEqual(messages(await oneTarget(t, path)), [
		`unclean-exit: ${path} said what it is, and then was ended by SIGABRT (abort).`,
	]);
});

test('an embedder that is no Python is refused, and the library that it embeds is offered', async t => {
	const {path} = sharedPython(workshop(t), 'int main(void) { return 2; }');
	t.regex(await oneFailure(t, path), /give the library that it embeds: libpython3\.99\.so\.1\.0$/);
});

test('a preload in the environment is left out of the start, with a finding', async t => {
	const work = workshop(t);
	const shim = work.compile('shim.so', '__attribute__((constructor)) static void c(void) { __builtin_trap(); }', [
		'-shared',
		'-fPIC',
	]);
	const target = await oneTarget(t, fakePython(work, speaking()), {env: {...process.env, LD_PRELOAD: shim}});
	t.deepEqual(messages(target), [
		`environment-left-out: The environment carries LD_PRELOAD=${shim}; it is left out of the test.`,
	]);
});

test('no PYTHON variable of ours reaches the target', async t => {
	const main = 'int main(void) { return getenv("PYTHONHOME") || getenv("PYTHONSTARTUP") ? 9 : 8; }';
	const env = {...process.env, PYTHONHOME: '/nowhere', PYTHONSTARTUP: '/nowhere'};
	t.regex(await oneFailure(t, fakePython(workshop(t), main), {env}), /exited with status 8/);
});

test('a libpython without a standard library is refused, and where it was looked for is said', async t => {
	const library = libpython(workshop(t));
	const message = await oneFailure(t, library);
	t.true(message.startsWith(`No standard library for ${library} was found: looked for os.py and encodings of 3.99 in`));
	t.true(message.includes(dirname(library)));
});

test('a libpython whose version cannot be told is refused', async t => {
	const library = workshop(t).compile('libembedded.so', interpreter, ['-shared', '-fPIC']);
	t.regex(await oneFailure(t, library), /^The Python version of .+ cannot be told/);
});

test('a libpython of any name is told by the version that it exports', async t => {
	const source = `${interpreter}\nconst unsigned long Py_Version = 0x036307f0;`;
	const library = workshop(t).compile('libembedded.so', source, ['-shared', '-fPIC']);
	t.regex(await oneFailure(t, library), /os\.py and encodings of 3\.99 in /);
});

const python = systemPython();
const testWithPython = needing(file(python, 'python3'));

testWithPython('a Python that says what it said the last time is the very target that was expected', async t => {
	const {folder} = workshop(t);
	const first = await expecting(python as string, folder);
	t.deepEqual(first.expected, []);
	const second = await expecting(python as string, folder);
	t.is(second.expected.length, 1);
	t.is(second.expected[0], second.target);
	t.deepEqual(second.target, first.target);
});

testWithPython('a Python without ctypes is a target like any other', async t => {
	const target = await oneTarget(t, withoutCtypes(workshop(t), python ?? ''));
	t.false(target.ctypes);
	t.deepEqual(
		target.findings.map(({kind}) => kind).filter(kind => kind.includes('ctypes')),
		[],
	);
});

const testAsRoot = needing(superuser, file(python, 'python3'));

// The superuser alone can give a file to another group; a folder mounted nosuid would make it a plain program.
testAsRoot('a setgid Python is refused: the loader ignores LD_PRELOAD for it', async t => {
	const path = `${workshop(t).folder}/python3`;
	copyFileSync(python ?? '', path);
	chownSync(path, 0, 65534);
	chmodSync(path, 0o2755);
	t.regex(await oneFailure(t, path), /runs with raised privileges .* Test a plain copy of it/);
});

const agreesWithReadelf = test.macro<[path: string]>({
	async exec(t, path) {
		const target = await oneTarget(t, path);
		t.is(target.interpreter.linkage === 'static', readelfDefines(path, 'PyErr_Occurred'));
		t.true(readelfDefines(target.interpreter.path, 'PyErr_Occurred'));
		t.is(target.executable, path);
		t.regex(target.python.version, /^\d+\.\d+\.\d+/);
		t.true(target.declared.facts.some(({name}) => name === 'CONFIG_ARGS'));
	},
	title: (_, path) => `${path} has its interpreter where readelf finds the interpreter's functions`,
});

// Every Python of this machine; a machine without any has nothing to compare.
for (const path of installedPythons(process.env).elf) test(agreesWithReadelf, path);

const startsThroughLauncher = test.macro<[path: string]>({
	async exec(t, path) {
		const target = await oneTarget(t, path);
		t.is(target.interpreter.path, path);
		t.is(target.interpreter.linkage, 'shared');
		t.is(basename(target.executable), 'launcher');
		t.true(basename(path).includes(target.python.version.split('.').slice(0, 2).join('.')));
	},
	title: (_, path) => `${path} starts through the launcher, and is the interpreter of that process`,
});

for (const path of systemLibpythons()) test(startsThroughLauncher, path);
