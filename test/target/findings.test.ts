/** This file tests where a build's flags and its ELF file are said to disagree on binding. */

import test from 'ava';
import type {BindingMode} from '../../src/model/binding.js';
import {bindingFindings} from '../../src/target/findings.js';

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
