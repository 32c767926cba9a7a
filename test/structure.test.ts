/** This file holds the source files to the house rules: who may import whom, one meaning for a name, no lost reference. */

import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {
	circlesOf,
	deadExportsOf,
	doubleNamesOf,
	importsOf,
	lostReferencesOf,
	type SourceFiles,
} from './support/structure.js';

/** A row may import its columns, and itself. A file at the top is its own row. docs/architecture.md prints this table. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
	cli: ['commands', 'errors', 'model', 'process', 'tool'],
	thread: ['gather', 'process', 'target'],
	index: ['contract', 'errors', 'model', 'pipeline', 'render'],
	commands: [
		'archive',
		'audit',
		'bench',
		'cache',
		'catalog',
		'contract',
		'doctor',
		'errors',
		'gather',
		'lab',
		'meant',
		'model',
		'pipeline',
		'process',
		'render',
		'target',
		'tool',
	],
	// What hunts, inspections and packages that are checked read alike.
	archive: ['errors', 'process'],
	audit: ['gather', 'judge', 'model'],
	pipeline: ['catalog', 'errors', 'gather', 'judge', 'meant', 'model', 'process', 'target', 'tool'],
	// What a mistyped word was meant to be, for commands and for what a pipeline was asked to select.
	meant: ['gather'],
	// It starts targets otherwise than a run does: with a user's own libraries, and with the loader's account of its scopes.
	doctor: ['errors', 'model', 'object', 'process', 'target'],
	gather: [
		'archive',
		'binding',
		'cache',
		'catalog',
		'elf',
		'entries',
		'errors',
		'ledger',
		'model',
		'object',
		'process',
		'shim',
	],
	target: ['archive', 'binding', 'cache', 'dwarf', 'elf', 'errors', 'model', 'native', 'object', 'process'],
	lab: ['errors', 'model', 'process', 'target'],
	bench: ['errors', 'model', 'process', 'target'],
	entries: ['binding', 'elf', 'errors', 'model'],
	// Inlined copies are told by debug information alone.
	binding: ['dwarf', 'elf', 'errors', 'model'],
	cache: ['process'],
	catalog: ['errors', 'model'],
	contract: ['errors', 'model'],
	dwarf: ['elf', 'errors'],
	elf: ['errors'],
	judge: ['model'],
	ledger: ['elf', 'errors', 'native'],
	object: ['dwarf', 'elf', 'errors', 'model', 'native', 'process'],
	process: ['errors', 'native'],
	render: ['model'],
	shim: ['elf', 'errors'],
	tool: ['model'],
	native: ['errors'],
	model: [],
	errors: [],
};

/** What takes values and returns values: no file system, no clock, no environment, no console. */
const pure = ['binding', 'catalog', 'contract', 'dwarf', 'elf', 'judge', 'model', 'render', 'shim'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = sourceFiles(['src'], /\.ts$/);

test('every folder of src has its row in the table, and every row its folder', t => {
	t.deepEqual([...new Set([...source.keys()].map(rowOf))].sort(), Object.keys(mayImport).sort());
});

test('docs/architecture.md prints the table of who may import whom', t => {
	const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
	const rows = [...text.matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \|$/gm)].map(([, row, columns = '']) => [
		row,
		columns.split(', ').filter(column => column !== 'nothing'),
	]);
	t.deepEqual(rows, Object.entries(mayImport));
});

const imports = test.macro({
	exec(t, row: string) {
		const allowed = [row, ...(mayImport[row] ?? [])];
		const others = [...source]
			.filter(([file]) => rowOf(file) === row)
			.flatMap(([file, text]) => importsOf(text).map(path => ({file, path})))
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
	for (const [file, text] of [...source].filter(([file]) => pure.includes(rowOf(file)))) {
		for (const path of importsOf(text).filter(path => path.startsWith('node:'))) {
			t.regex(path, allowed, `${file} imports ${path}`);
		}
		t.notRegex(text, /\b(Date\.now|new Date\(\)|process\.env)/, file);
	}
});

test('ffi-napi and ref-napi are loaded in src/ledger alone', t => {
	const users = [...source].filter(([, text]) => /['"](ffi|ref)-napi['"]/.test(text)).map(([file]) => rowOf(file));
	t.deepEqual([...new Set(users)], ['ledger']);
});

test('no file imports itself by way of others', t => {
	t.deepEqual(circlesOf(source), []);
});

test('no exported name means two things', t => {
	t.deepEqual(doubleNamesOf(source), []);
});

test('what a file exports is used', t => {
	t.deepEqual(deadExportsOf(sourceFiles(['src', 'scripts', 'test'], /\.ts$/)), []);
});

test('what the sources and the documentation refer to is there', t => {
	const folders = ['.ci', 'docs', 'native', 'packaging', 'probes', 'schema', 'scripts', 'src', 'test'];
	const files = sourceFiles([...folders, '.'], /(^|\/)[\w-]+(\.(c|cfg|def|gypi?|h|json|md|py|S|sh|toml|ts|ya?ml))?$/);
	t.true(files.has('README.md') && files.has('native/ledger.h'));
	t.deepEqual(
		lostReferencesOf(files, path => existsSync(join(root, path))),
		[],
	);
});

test('a circle of three files is found where one of them imports a type alone, and another one late', t => {
	const files = new Map([
		['src/a.ts', "import type {B} from './b.js';"],
		['src/b.ts', "export type {C} from './c.js';"],
		['src/c.ts', "await import('./a.js');"],
		['src/d.ts', "import './a.js';"],
	]);
	t.deepEqual(circlesOf(files), [['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/a.ts']]);
	files.set('src/c.ts', "import 'node:fs';");
	t.deepEqual(circlesOf(files), []);
});

test('a name that two files declare is found, and one that a file hands on is not', t => {
	const files = new Map([
		['src/a.ts', 'export interface Plan {}'],
		['src/b.ts', "export type {Plan} from './a.js';\nexport function plan() {}"],
	]);
	t.deepEqual(doubleNamesOf(files), []);
	files.set('src/c.ts', 'export async function plan() {}');
	t.deepEqual(doubleNamesOf(files), ['plan: src/b.ts, src/c.ts']);
});

test('an export that nobody imports is found, and one that is imported late is not', t => {
	const files = new Map([
		['src/a.ts', 'export const one = 1;\nexport interface Two {}\nexport interface Three {}'],
		['src/b.ts', "const {one, two: too} = await import('./a.js');"],
		['src/c.ts', 'export function four(three: Three) {}\nexport interface Three {}'],
	]);
	t.deepEqual(deadExportsOf(files), ['src/a.ts: Two', 'src/a.ts: Three', 'src/c.ts: four']);
	files.set('src/d.ts', "import {four, type Two} from './c.js';\nexport type {Two, Three} from './a.js';");
	t.deepEqual(deadExportsOf(files), []);
	files.set('src/b.ts', "(await import('./a.js')).one;");
	t.deepEqual(deadExportsOf(files), []);
});

test('a document that is not there is found in a comment and in a link, and one that is there is not', t => {
	// In pieces, so that this file does not itself refer to them.
	const [there, missing] = ['docs/there.md', 'docs/missing.md'].map(path => path.split('/')) as [string[], string[]];
	const exists = (path: string) => path === there.join('/');
	const files = new Map([
		['src/a.ts', `/** As ${there.join('/')} says, and ${missing.join('/')}. */`],
		['docs/b.md', `[one](${there[1]}#part), [another](${missing[1]}) and [a third](https://example.org/c.md)`],
	]);
	t.deepEqual(lostReferencesOf(files, exists), ['src/a.ts: docs/missing.md', 'docs/b.md: docs/missing.md']);
	const comment = new Map([['native/a.c', '/* As a.c and b.h say, and <elf.h>. */ view.c = 1;']]);
	t.deepEqual(lostReferencesOf(comment, exists), ['native/a.c: b.h']);
});

/** Of `folders`, with what is in them; of `.` the files alone. */
function sourceFiles(folders: readonly string[], name: RegExp): SourceFiles {
	return new Map(
		folders
			.flatMap(folder =>
				readdirSync(join(root, folder), {recursive: folder !== '.', withFileTypes: true}).filter(entry =>
					entry.isFile(),
				),
			)
			.map(entry => join(entry.parentPath, entry.name).slice(root.length))
			.filter(path => name.test(path) && !path.startsWith('test/golden/') && path !== 'package-lock.json')
			.map(path => [path, readFileSync(join(root, path), 'utf8')]),
	);
}

function rowOf(file: string): string {
	return (file.replace(/^src\//, '').split('/')[0] ?? '').replace(/\.[jt]s$/, '');
}
