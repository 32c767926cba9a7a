/** This file drives `pyinterpose inspect` on libraries compiled here. */

import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import test, {type ExecutionContext} from 'ava';
import type {InspectReport} from '../../src/model/binding.js';
import type {DataReport} from '../../src/model/data.js';
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

const variables = `
	int answer = 1;
	int unused = 2;
	int *word = &answer;
	int code(void) { return answer; }
`;

interface WithData extends InspectReport {
	readonly data: DataReport;
}

function inspectData(t: ExecutionContext, args: readonly string[], linkFlags: readonly string[]) {
	const {compile, folder} = workshop(t);
	const flags = ['-O1', '-shared', '-fPIC', '-nostdlib', '-Wl,-soname,libdata.so', '-Wl,--build-id=0xabcd'];
	compile('libdata.so', variables, [...flags, ...linkFlags]);
	return {folder, ...cli(['inspect', '--data', ...args, 'libdata.so'], {cwd: folder})};
}

test('--data tells of each variable what uses it by name, and what by its address', t => {
	const {stdout} = inspectData(t, ['--symbols'], []);
	t.is(
		stdout,
		[
			'libdata.so: an override of any of its variables is used throughout',
			'  3 exported variables: 2 unreferenced, 1 preemptible',
			'  uses from inside: code 1 preemptible + 0 bound, words 2 preemptible + 0 bound',
			`  ${machine()}, libdata.so, build-id abcd`,
			'                code  bound  words  bound  unclear  bytes  symbol',
			'  preemptible      1      0      2      0        0      4  answer',
			'  unreferenced     0      0      0      0        0      4  unused',
			'  unreferenced     0      0      0      0        0      8  word',
			'',
		].join('\n'),
	);
});

test('--data of the same library linked with -Bsymbolic says that an override is used nowhere, and in JSON why', t => {
	const {stdout} = inspectData(t, [], ['-Wl,-Bsymbolic']);
	t.regex(
		stdout,
		/^libdata\.so: an override of its variables is used nowhere inside\n {2}3 exported variables: 1 bound,/,
	);
	const json: {readonly files: readonly [WithData]} = JSON.parse(inspectData(t, ['--json'], ['-Wl,-Bsymbolic']).stdout);
	t.true(valid(json), JSON.stringify(valid.errors));
	const [{data, symbols}] = json.files;
	const [answer] = data.symbols;
	t.deepEqual(
		[answer?.symbol, answer?.verdict, answer?.cause, answer?.words.bound],
		['answer', 'bound', 'symbolic', 1],
	);
	t.true(symbols.some(({symbol}) => symbol === 'code'));
});

test('--data of an executable names its copies of other objects’ data', t => {
	const {compile, folder} = workshop(t);
	const library = compile('libdata.so', variables, ['-shared', '-fPIC']);
	const source = 'extern int answer; int main(void) { return answer; }';
	compile('program', source, [library, '-no-pie', '-fno-pic']);
	const {stdout} = cli(['inspect', '--data', 'program'], {cwd: folder});
	t.regex(stdout, /^program: the executable’s own variables stand before an override\n/);
	t.regex(stdout, /\n {2}copies of other objects’ data: answer\n/);
});

test('--data of a static executable says that nothing in it can be overridden', t => {
	const {compile, folder} = workshop(t);
	compile('program', 'int answer = 1; void _start(void) { for (;;) answer += 1; }', [
		'-static',
		'-nostdlib',
		'-no-pie',
	]);
	const {stdout, status} = cli(['inspect', '--data', 'program'], {cwd: folder});
	t.is(status, 0);
	t.regex(stdout, /^program: a static executable, in which no variable can be overridden\n {2}0 exported variables\n/);
});

test('--data refuses a contract, a folder, and what is no ELF object, each in a sentence', t => {
	const {folder} = inspectData(t, [], []);
	writeFileSync(join(folder, 'notes.txt'), 'no object');
	writeFileSync(join(folder, 'contract.toml'), '');
	const run = (...args: readonly string[]) => cli(['inspect', '--data', ...args], {cwd: folder});
	t.regex(
		run('libdata.so', '--contract', 'contract.toml').stderr,
		/A contract is about functions, and --data tells of variables\./,
	);
	t.regex(run('.').stderr, /--data looks into single files, and \. holds several\./);
	const {status, stdout, stderr} = run('notes.txt', 'libdata.so');
	t.is(status, 2);
	t.regex(stderr, /notes\.txt: This is not an ELF file/);
	t.regex(stdout, /^libdata\.so: /);
});
