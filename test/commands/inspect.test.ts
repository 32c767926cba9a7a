/** This file drives `pyinterpose inspect` on libraries compiled here. */

import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import test, {type ExecutionContext} from 'ava';
import type {InspectReport} from '../../src/model/binding.js';
import {cli} from '../support/cli.js';
import {workshop} from '../support/workshop.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/inspect.schema.json', import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, allowUnionTypes: true}).compile(schema);

const source = `
	__attribute__((noinline)) int leaf(int n) { return n * 7; }
	int calls_twice(int n) { return leaf(n) + leaf(n + 1); }
	int (*const table[])(int) = {leaf};
	int unused(void) { return 3; }
`;

function inspect(t: ExecutionContext, args: readonly string[], linkFlags: readonly string[]) {
	const {compile, folder} = workshop(t);
	compile('liba.so', source, ['-O1', '-fno-inline', '-shared', '-fPIC', '-Wl,-soname,liba.so', ...linkFlags]);
	return {folder, ...cli(['inspect', ...args, 'liba.so'], {cwd: folder, env: {XDG_CACHE_HOME: join(folder, 'cache')}})};
}

test('a plain library is overridable, and each reference of a function is counted', t => {
	const {status, stdout, stderr} = inspect(t, ['--json'], ['-Wl,--build-id=0xabcd']);
	t.is(status, 0);
	t.is(stderr, '');
	const parsed: {readonly files: readonly [InspectReport]} = JSON.parse(stdout);
	t.true(valid(parsed), JSON.stringify(valid.errors));
	const [{path, soname, buildId, binding, symbols}] = parsed.files;
	t.deepEqual([path, soname, buildId, binding.mode], ['liba.so', 'liba.so', 'abcd', 'preemptible']);
	t.deepEqual(
		symbols.filter(({symbol}) => symbol !== '_init' && symbol !== '_fini'),
		[
			row('calls_twice', [0, 0], [0, 0], 'unreferenced'),
			row('leaf', [2, 0], [1, 0], 'preemptible'),
			row('unused', [0, 0], [0, 0], 'unreferenced'),
		],
	);
});

test('the same library linked with -Bsymbolic-functions is bound, reference by reference', t => {
	const {stdout} = inspect(t, ['--json'], ['-Wl,-Bsymbolic-functions']);
	const [{binding, symbols}]: readonly [InspectReport] = JSON.parse(stdout).files;
	t.is(binding.mode, 'symbolic-functions');
	t.deepEqual(
		symbols.find(({symbol}) => symbol === 'leaf'),
		row('leaf', [0, 2], [0, 1], 'bound'),
	);
});

function row(
	symbol: string,
	[preemptible, bound]: readonly [number, number],
	[named, held]: readonly [number, number],
	verdict: string,
) {
	return {
		symbol,
		calls: {preemptible, bound},
		addresses: {preemptible: named, bound: held},
		recursive: 0,
		folded: 0,
		inlined: null,
		verdict,
	};
}

test('the terminal is told the mode, the functions and the references', t => {
	const {stdout} = inspect(t, ['--symbols'], ['-Wl,-Bsymbolic-functions', '-Wl,--build-id=0xabcd', '-nostartfiles']);
	t.is(
		stdout,
		[
			'liba.so: linked with -Bsymbolic-functions',
			'  3 exported functions: 1 bound, 2 unreferenced',
			'  references from inside: calls 0 preemptible + 2 bound, addresses 0 preemptible + 1 bound',
			'  inlined calls are not known: it has no debug information, and no file for its build-id abcd is installed',
			`  ${machine()}, liba.so, build-id abcd`,
			'                calls  bound  addresses  bound  symbol',
			'  unreferenced      0      0          0      0  calls_twice',
			'  bound             0      2          0      1  leaf',
			'  unreferenced      0      0          0      0  unused',
			'',
		].join('\n'),
	);
});

function machine(): string {
	return process.arch === 'arm64' ? 'aarch64' : 'x86_64';
}

test('the second run gives the same bytes from the cache as the first', t => {
	const first = inspect(t, ['--json'], []);
	const again = cli(['inspect', '--json', 'liba.so'], {
		cwd: first.folder,
		env: {XDG_CACHE_HOME: join(first.folder, 'cache')},
	});
	t.is(again.stdout, first.stdout);
});

test('a file that is no ELF object is said to be none, and the others are inspected all the same', t => {
	const {folder} = inspect(t, [], []);
	writeFileSync(join(folder, 'notes.txt'), 'no object');
	const {status, stdout, stderr} = cli(['inspect', '--json', 'notes.txt', 'none.so', 'liba.so'], {cwd: folder});
	t.is(status, 2);
	t.is(JSON.parse(stdout).files.length, 1);
	t.regex(stderr, /notes\.txt: This is not an ELF file \(at offset 0x0\)\.\nGive a shared library or an executable\./);
	t.regex(stderr, /none\.so cannot be read: there is no such file or directory\./);
});

test('a folder without an object is refused', t => {
	const {folder, file} = workshop(t);
	file('notes', 'no object');
	const {status, stderr} = cli(['inspect', folder]);
	t.is(status, 2);
	t.regex(stderr, /: the folder holds no ELF object\.$/m);
});

test('inspect without a file is wrong usage', t => {
	const {status, stderr} = cli(['inspect']);
	t.is(status, 2);
	t.regex(stderr, /inspect needs a file/);
});
