/** This file tests the sentences for all that can be wrong with a target. */

import test from 'ava';
import {TargetError} from '../../src/errors.js';
import {type Complaint, complain, inWords, lastLine} from '../../src/target/complaints.js';

const path = '/opt/x';

/** One of each kind: a new kind without a row does not compile. */
const one = {
	'no-such-file': {kind: 'no-such-file', path},
	'not-on-path': {kind: 'not-on-path', name: 'python9', here: false},
	directory: {kind: 'directory', path, inside: '/opt/x/bin/python3'},
	'not-a-file': {kind: 'not-a-file', path},
	unreadable: {kind: 'unreadable', path, reason: 'permission denied'},
	empty: {kind: 'empty', path},
	archive: {kind: 'archive', path},
	package: {kind: 'package', path},
	wheel: {kind: 'wheel', path},
	'no-python-inside': {kind: 'no-python-inside', path, files: 12},
	'missing-package': {kind: 'missing-package', path, needs: 'libpython3.11-stdlib', version: '(= 3.11.2-6)'},
	'missing-libraries': {kind: 'missing-libraries', path, libraries: ['libexpat.so.1', 'libz.so.1']},
	'interpreter-elsewhere': {kind: 'interpreter-elsewhere', path, interpreter: '/usr/lib/libpython3.99.so'},
	'missing-version': {kind: 'missing-version', path, library: 'libm.so.6', version: 'GLIBC_2.38'},
	'neither-elf-nor-script': {kind: 'neither-elf-nor-script', path},
	'broken-elf': {kind: 'broken-elf', path, reason: 'The symbol table lies outside the file (at offset 0x40)'},
	'no-python': {kind: 'no-python', path},
	'no-libpython': {kind: 'no-libpython', path},
	foreign: {kind: 'foreign', path, is: '32-bit i386', host: '64-bit x86_64'},
	'not-executable': {kind: 'not-executable', path},
	'python-program': {kind: 'python-program', path, interpreter: '/usr/bin/python3'},
	'mute-wrapper': {kind: 'mute-wrapper', path, ending: 'exited with status 1', said: 'no such version.'},
	'stable-abi-stub': {kind: 'stable-abi-stub', path},
	'no-dynamic-loader': {kind: 'no-dynamic-loader', path},
	'unknown-version': {kind: 'unknown-version', path},
	'no-standard-library': {kind: 'no-standard-library', path, version: '3.99', tried: ['/opt', '/usr']},
	'does-not-start': {
		kind: 'does-not-start',
		path,
		ending: 'was ended by SIGSEGV (segmentation fault)',
		said: '',
		library: null,
	},
	silent: {kind: 'silent', path},
	'not-cpython': {kind: 'not-cpython', path, implementation: 'pypy'},
	'hidden-interpreter': {kind: 'hidden-interpreter', path},
	secure: {kind: 'secure', path},
} as const satisfies {[Kind in Complaint['kind']]: Extract<Complaint, {kind: Kind}>};

const isClear = test.macro<[Complaint]>({
	exec(t, complaint) {
		const {message, hint} = inWords(complaint);
		t.true(message.includes('path' in complaint ? complaint.path : complaint.name), 'it names the thing');
		t.regex(message, /^[^\n]+[.)]$/, 'it is one line');
		t.regex(hint, /^[A-Z][^\n]+$/, 'the hint is one line');
		t.regex(hint, /\b(Give|give|Test|See|Make|Install)\b/, 'the hint says what to do');
	},
	title: (_, complaint) => `${complaint.kind}: the sentence names the thing, and the hint says what to do`,
});

for (const complaint of Object.values(one)) test(isClear, complaint);

test('no two kinds share a sentence', t => {
	const messages = Object.values(one).map(complaint => inWords(complaint).message);
	t.is(new Set(messages).size, messages.length);
});

test('a complaint is an error of one target, with the hint apart', t => {
	const error = complain(one.secure);
	t.true(error instanceof TargetError);
	t.is(error.hint, inWords(one.secure).hint);
});

test('what a wrapper said stands in brackets, with one full stop at the end', t => {
	t.is(
		inWords(one['mute-wrapper']).message,
		'/opt/x was asked which Python it starts and exited with status 1 (it said: no such version).',
	);
});

test('a target that says nothing leaves no empty brackets', t => {
	t.is(
		inWords(one['does-not-start']).message,
		'/opt/x was ended by SIGSEGV (segmentation fault) at start, before it said what it is.',
	);
});

test('an embedder that does not start points to the library that it embeds', t => {
	const {hint} = inWords({...one['does-not-start'], library: 'libpython3.11.so.1.0'});
	t.regex(hint, /libpython3\.11\.so\.1\.0$/);
});

test('one that the loader ends for want of a function asks for the packages of its libraries', t => {
	const said = '/opt/x: symbol lookup error: /opt/libpython3.13.so.1.0: undefined symbol: XML_SetAlloc';
	t.regex(inWords({...one['does-not-start'], said}).hint, /^A library here is older .* give the packages/);
	t.regex(inWords({...one['does-not-start'], said: 'undefined symbol: x in line 3'}).hint, /^See what it does/);
});

test('a file of that name in the folder is offered where PATH has none', t => {
	t.is(inWords({...one['not-on-path'], here: true}).hint, 'Give ./python9 for the file in this folder.');
});

test('of a traceback, the last line that is not empty says most', t => {
	t.is(lastLine('Traceback:\n  File "x"\nImportError: no os\n\n'), 'ImportError: no os');
	t.is(lastLine(''), '');
	const long = lastLine(`begin ${'x'.repeat(300)} end\n`);
	t.is(long.length, 200);
	t.regex(long, /^begin x+…x+ end$/);
	t.is(lastLine('x'.repeat(500)).length, 200);
});
