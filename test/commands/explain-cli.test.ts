/** This file drives `pyinterpose explain` as a user would. */

import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {readHooks} from '../../src/gather/hooks.js';
import {overrides} from '../../src/ledger/slots.js';
import {cli, folder} from '../support/cli.js';
import {file, needing} from '../support/needs.js';
import {systemPython} from '../support/pythons.js';
import {compile} from '../truth/compiler.js';

/** A library whose function `own` is called once from inside, in a file of that name. */
function library(t: ExecutionContext, name: string, flags: readonly string[] = []): string {
	const cwd = folder(t, {
		'own.c':
			'__attribute__((noinline)) int own(int x) { __asm__ volatile(""); return x; }\nint via(int x) { return own(x) + 1; }\n',
	});
	const path = join(cwd, name);
	compile({command: 'gcc', flags}, ['-O2', '-fPIC', '-shared', '-o', path, join(cwd, 'own.c')]);
	return path;
}

test('the first line is the answer, and the exit status 0 whatever the answer', t => {
	const open = cli(['explain', 'own', library(t, 'own.so')]);
	const bound = cli(['explain', 'own', library(t, 'own.so', ['-Wl,-Bsymbolic'])]);
	t.regex(open.stdout, /^Every reference to own in own\.so \(1 call site\) reaches an override\.\n/);
	t.regex(bound.stdout, /^No reference to own in own\.so \(1 call site\) reaches an override: /);
	t.deepEqual([open.status, bound.status, open.stderr, bound.stderr], [0, 0, '', '']);
});

test('JSON is the only thing on standard output, and the same bytes twice', t => {
	const path = library(t, 'own.so');
	const [first, second] = [1, 2].map(() => cli(['explain', '--json', 'own', path]).stdout);
	t.is(first, second);
	const json = JSON.parse(first ?? '');
	t.deepEqual([json.schema, json.symbol, json.references.verdict, json.counted], [1, 'own', 'preemptible', null]);
});

test('the commands for a path with a space and a quote can be pasted into a shell', t => {
	const path = library(t, "it's own.so");
	const {byHand} = JSON.parse(cli(['explain', '--json', 'own', path]).stdout);
	t.true(byHand.length >= 2);
	for (const {command, prints} of byHand) {
		t.is(execFileSync('sh', ['-c', `${command} || true`], {encoding: 'utf8'}), `${prints}\n`, command);
	}
});

test('a verdict and a cause print their page', t => {
	for (const name of ['bypassed', 'same-unit']) {
		const {status, stdout, stderr} = cli(['explain', name]);
		t.deepEqual([status, stdout.split('\n')[0], stderr], [0, name, '']);
	}
	t.regex(JSON.parse(cli(['explain', 'same-unit', '--json']).stdout).markdown, /^# same-unit\n/);
});

test('a word that is a page, with a file, is a symbol', t => {
	const {status, stderr} = cli(['explain', 'unknown', library(t, 'own.so')]);
	t.is(status, 2);
	t.regex(stderr, /neither exports nor imports a function 'unknown'/);
});

test('a symbol without a target is told what it is and what to use instead', t => {
	const {status, stdout} = cli(['explain', 'PyMem_Malloc']);
	t.is(status, 0);
	t.regex(stdout, /^PyMem_Malloc is a function of the interpreter for allocating memory/);
	t.regex(stdout, /void \*PyMem_Malloc\(unsigned long size\);/);
	t.regex(stdout, /PEP 445/);
	t.regex(cli(['explain', 'malloc']).stdout, /^malloc is a function of libc for /);
});

test('every override of the package can be explained without a target', t => {
	const hooks = readHooks();
	t.deepEqual(
		overrides().map(({symbol, family}) => `${symbol} ${family}`),
		[...hooks.values()].map(({symbol, family}) => `${symbol} ${family}`),
	);
});

const complaint = test.macro({
	exec(t, words: readonly string[], expected: RegExp) {
		const {status, stdout, stderr} = cli(['explain', ...words]);
		t.deepEqual([status, stdout], [2, '']);
		t.regex(stderr, expected);
		t.true(stderr.split('\n').length <= 3, 'at most a sentence and a hint');
		t.notRegex(stderr, /fault of its own/);
	},
	title: (_ = '', words: readonly string[]) => `explain ${words.join(' ')} is refused in one sentence`,
});

test(complaint, [], /takes a symbol/);
test(complaint, ['one', 'two', 'three'], /takes a symbol/);
test(complaint, ['PyErr_Ocurred'], /is neither an override .*\nDid you mean PyErr_Occurred\?/);
test(complaint, ['own', '/no/such/file'], /There is no file \/no\/such\/file/);
test(complaint, ['own', '/etc/passwd'], /\/etc\/passwd/);
test(complaint, ['own', '/'], /\/ is a directory/);
test(complaint, ['own', 'no-such-program'], /There is no program 'no-such-program' on PATH/);

test('a truncated and a damaged ELF file are refused in one sentence with the path', t => {
	const short = library(t, 'short.so');
	truncateSync(short, 100);
	const damaged = library(t, 'damaged.so');
	const bytes = readFileSync(damaged);
	bytes.fill(0xff, 0x20, 0x28);
	writeFileSync(damaged, bytes);
	for (const path of [short, damaged]) {
		const {status, stdout, stderr} = cli(['explain', 'own', path]);
		t.deepEqual([status, stdout], [2, '']);
		t.true(stderr.startsWith('pyinterpose: error: ') && stderr.includes(path), stderr);
		t.notRegex(stderr, /fault of its own/);
	}
});

test('a file in a folder named like a Python is a file', t => {
	const cwd = folder(t);
	mkdirSync(join(cwd, 'python3'));
	t.regex(cli(['explain', 'own', join(cwd, 'python3')]).stderr, /is a directory/);
});

const python = systemPython();
const withPython = needing(file(python, 'python3')).serial;

withPython('what is counted on a real Python does not contradict what its ELF file shows', t => {
	const {stdout, stderr} = cli(['explain', '--json', 'PyErr_Occurred', python ?? '']);
	t.is(stderr, '');
	const {references, counted} = JSON.parse(stdout);
	const interpreter = counted.claims.find(({route}: {route: string}) => route === 'interpreter')?.verdict.kind;
	const expected = {
		preemptible: ['honored'],
		bound: ['bypassed', 'uncalled'],
		partial: ['partial', 'honored', 'bypassed'],
	};
	t.true(
		(expected[references.verdict as keyof typeof expected] ?? []).includes(interpreter),
		`${references.verdict}, ${interpreter}`,
	);
});

test('where a function is inlined is told with debug information, and that it is not known without any', t => {
	const source =
		'int own(int x) { return x * 3; }\nint via(int x) { return own(x) + 1; }\nint two(int x) { return own(x) - 1; }\n';
	const cwd = folder(t, {'own.c': source});
	const path = join(cwd, 'own.so');
	const build = (flags: readonly string[]) =>
		compile({command: 'gcc', flags}, [
			'-O2',
			'-fPIC',
			'-shared',
			'-Wl,--build-id=none',
			'-o',
			path,
			join(cwd, 'own.c'),
		]);
	build(['-g', '-fno-semantic-interposition']);
	const {stdout} = cli(['explain', 'own', path]);
	t.regex(stdout, /^own\.so exports own and does not refer to it: the compiler inlined every call\.$/m);
	t.regex(stdout, /^It is inlined in 2 places, where no override gets it: two, via\.$/m);
	const told = JSON.parse(cli(['explain', 'own', path, '--json']).stdout);
	t.deepEqual([told.references.inlined, told.inlined.places.length, told.inlined.reason], [2, 2, null]);
	build(['-g']);
	t.notRegex(cli(['explain', 'own', path]).stdout, /inlined/);
	build(['-fno-semantic-interposition']);
	const unknown = cli(['explain', 'own', path]).stdout.replaceAll('\n', ' ');
	t.regex(
		unknown,
		/Where it was inlined is not known: it has no debug information, and no build-id by which to find any\./,
	);
});
