/** This file tests where what a build declares and its ELF files are said to disagree, on binding and on linkage. */

import test from 'ava';
import type {BindingMode} from '../../src/model/binding.js';
import {bindingFindings, jitFindings, linkageFindings} from '../../src/target/findings.js';
import type {PythonObject} from '../../src/target/objects.js';

const says = test.macro<[declared: Readonly<Record<string, string>>, mode: BindingMode, message: string | null]>({
	exec(t, declared, mode, message) {
		const facts = Object.entries(declared).map(([name, value]) => ({name, value, source: 'sysconfig'}));
		const findings = bindingFindings({facts}, mode);
		t.deepEqual(
			findings.map(({message}) => message),
			message === null ? [] : [message],
		);
		t.true(findings.every(({kind}) => kind === 'binding-contradicts'));
	},
	title: (_, declared, mode, message) =>
		`${JSON.stringify(declared)} and ${mode} binding ${message === null ? 'agree' : 'contradict each other'}`,
});

const plain = {CFLAGS: '-O2'};
const noSemanticInterposition = {PY_CFLAGS_NODIST: '-O2 -fno-semantic-interposition'};
const functions = {BLDSHARED: 'gcc -shared -Wl,-Bsymbolic-functions'};
const undeclared = (mode: BindingMode) =>
	`The ELF file shows ${mode} binding, which no flag that the build declares asks for.`;

test(says, plain, 'preemptible', null);
test(says, plain, 'executable', null);
test(says, plain, 'symbolic-functions', undeclared('symbolic-functions'));
test(says, plain, 'symbolic', undeclared('symbolic'));
test(says, plain, 'no-semantic-interposition', undeclared('no-semantic-interposition'));
test(says, noSemanticInterposition, 'no-semantic-interposition', null);
test(says, noSemanticInterposition, 'no-semantic-interposition-lto', null);
test(says, {CFLAGS: '-Ofast'}, 'no-semantic-interposition', null);
// Symbolic linking binds all that the compiler would have bound, and more.
test(says, {...noSemanticInterposition, ...functions}, 'symbolic-functions', null);
test(
	says,
	noSemanticInterposition,
	'preemptible',
	'The build declares -fno-semantic-interposition (PY_CFLAGS_NODIST, sysconfig), but its ELF file shows preemptible binding.',
);
test(says, functions, 'symbolic-functions', null);
test(
	says,
	functions,
	'preemptible',
	'The build declares -Bsymbolic-functions (BLDSHARED, sysconfig), but its ELF file shows preemptible binding.',
);
test(says, functions, 'executable', null);
test(says, {LDFLAGS: '-Wl,-Bsymbolic'}, 'symbolic', null);
// How extension modules are linked says nothing of the interpreter.
test(says, {LDSHARED: 'gcc -shared -Wl,-Bsymbolic-functions'}, 'preemptible', null);

function object(path: string, needed: readonly string[] = []): PythonObject {
	return {path, needed} as Partial<PythonObject> as PythonObject;
}

const links = test.macro<
	[
		linkage: 'static' | 'shared',
		shared: string | null,
		kinds: readonly string[],
		more?: {readonly needed?: readonly string[]; readonly others?: readonly PythonObject[]},
	]
>((t, linkage, shared, kinds, {needed = [], others = []} = {}) => {
	const executable = object('/usr/bin/python3', needed);
	const interpreter = linkage === 'static' ? executable : object('/usr/lib/libpython3.11.so.1.0');
	const facts = shared === null ? [] : [{name: 'Py_ENABLE_SHARED', value: shared, source: 'sysconfig'}];
	const findings = linkageFindings({executable, interpreter, linkage, others, declared: {facts}});
	t.deepEqual(
		findings.map(({kind}) => kind),
		kinds,
	);
});

test('a static interpreter that says it is shared contradicts itself', links, 'static', '1', ['linkage-contradicts']);
test('one that says it is static does not', links, 'static', '0', []);
test('nor one that says nothing', links, 'static', null, []);
test('a shared interpreter that says it is static contradicts itself', links, 'shared', '0', ['linkage-contradicts']);
test('one that says it is shared does not', links, 'shared', '1', []);
test(
	'a static interpreter that is linked to a libpython is told of',
	links,
	'static',
	'0',
	['needed-beside-static-interpreter'],
	{needed: ['libpython3.11.so.1.0', 'libc.so.6']},
);
test('one that is linked to other libraries is not', links, 'static', '0', [], {needed: ['libc.so.6']});
test('a shared one is linked to its libpython as it should be', links, 'shared', '1', [], {
	needed: ['libpython3.11.so.1.0'],
});
test(
	'every other libpython in the process is told of',
	links,
	'shared',
	'1',
	['second-libpython', 'second-libpython'],
	{
		others: [object('/a/libpython3.9.so.1.0'), object('/b/libpython3.10.so.1.0')],
	},
);

const jitted = test.macro((t, configured: string, isTold: boolean) => {
	const facts = [{name: 'CONFIG_ARGS', value: configured, source: 'sysconfig'}];
	t.is(jitFindings({facts}).length, isTold ? 1 : 0);
});

test('a build with a just-in-time compiler is told of', jitted, "'--enable-shared' '--enable-experimental-jit'", true);
test('so is one that has it off until it is asked for', jitted, "'--enable-experimental-jit=yes-off'", true);
test('one that only interprets the same operations is not', jitted, "'--enable-experimental-jit=interpreter'", false);
test('nor one without', jitted, "'--enable-shared'", false);
