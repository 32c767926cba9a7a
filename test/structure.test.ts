/** This file reads the import lines of src/ and holds them to the table of who may import whom. */

import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

/** A row may import its columns, and itself. A file at the top is its own row. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
	cli: ['commands', 'errors', 'model', 'tool'],
	index: ['contract', 'errors', 'model', 'pipeline', 'render'],
	commands: [
		'bench',
		'catalog',
		'contract',
		'errors',
		'gather',
		'lab',
		'model',
		'pipeline',
		'process',
		'render',
		'target',
		'tool',
	],
	pipeline: ['catalog', 'errors', 'gather', 'judge', 'model', 'process', 'target', 'tool'],
	gather: ['binding', 'cache', 'catalog', 'elf', 'entries', 'errors', 'ledger', 'model', 'process'],
	target: ['binding', 'elf', 'errors', 'model', 'process'],
	lab: ['errors', 'model', 'process', 'target'],
	bench: ['errors', 'model', 'process', 'target'],
	entries: ['binding', 'elf', 'errors'],
	binding: ['elf', 'errors', 'model'],
	cache: [],
	catalog: ['errors', 'model'],
	contract: ['errors', 'model'],
	elf: ['errors'],
	judge: ['model'],
	ledger: ['errors'],
	process: ['errors'],
	render: ['model'],
	tool: ['model'],
	model: [],
	errors: [],
};

/** What takes values and returns values: no file system, no clock, no environment, no console. */
const pure = ['binding', 'catalog', 'contract', 'elf', 'judge', 'model', 'render'];

const source = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(source, {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.ts'));

test('every folder of src has its row in the table, and every row its folder', t => {
	t.deepEqual([...new Set(files.map(rowOf))].sort(), Object.keys(mayImport).sort());
});

const imports = test.macro({
	exec(t, row: string) {
		const allowed = [row, ...(mayImport[row] ?? [])];
		const others = files
			.filter(file => rowOf(file) === row)
			.flatMap(file => importsOf(file).map(path => ({file, path})))
			.filter(({path}) => path.startsWith('.'))
			.filter(({file, path}) => !allowed.includes(rowOf(normalize(join(dirname(file), path)))));
		t.deepEqual(others, []);
	},
	title: (_ = '', row: string) => `${row} imports what the table allows`,
});

for (const row of Object.keys(mayImport)) test(imports, row);

test('what is pure imports nothing of Node that reads the world', t => {
	// `module` loads the decoder, which is CommonJS.
	const allowed = /^node:(crypto|module|path|util|zlib)$/;
	for (const file of files.filter(file => pure.includes(rowOf(file)))) {
		for (const path of importsOf(file).filter(path => path.startsWith('node:'))) {
			t.regex(path, allowed, `${file} imports ${path}`);
		}
		t.notRegex(readFileSync(join(source, file), 'utf8'), /\b(Date\.now|new Date\(\)|process\.env)/, file);
	}
});

test('ffi-napi and ref-napi are loaded in src/ledger alone', t => {
	const users = files.filter(file => /['"](ffi|ref)-napi['"]/.test(readFileSync(join(source, file), 'utf8')));
	t.deepEqual([...new Set(users.map(rowOf))], ['ledger']);
});

function importsOf(file: string): readonly string[] {
	const text = readFileSync(join(source, file), 'utf8');
	return [...text.matchAll(/(?:from |import\()'([^']+)'/g)].map(([, path = '']) => path);
}

function rowOf(file: string): string {
	return (file.split('/')[0] ?? '').replace(/\.[jt]s$/, '');
}
