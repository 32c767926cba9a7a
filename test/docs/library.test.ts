/** This file runs the example of docs/library.md as a program that has the package installed. */

import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import * as library from '../../src/index.js';
import {folder} from '../support/cli.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(root, 'docs/library.md'), 'utf8');

test('the example of docs/library.md prints what stands below it', t => {
	const cwd = folder(t);
	mkdirSync(join(cwd, 'node_modules'));
	symlinkSync(root, join(cwd, 'node_modules/pyinterpose'));
	writeFileSync(join(cwd, 'example.mjs'), block('js'));
	t.is(execFileSync(process.execPath, ['example.mjs'], {cwd, encoding: 'utf8'}), block('text'));
	t.truthy(library.parseReport(readFileSync(join(cwd, 'report.json'), 'utf8'), 'report.json').targets[0]);
});

test('docs/library.md names every function and class that the library exports, and no other', t => {
	const table = page.slice(page.indexOf('| name |'), page.indexOf('All but `checkTargets`'));
	const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)]);
	t.deepEqual(named.map(([, name]) => name).sort(), Object.keys(library).sort());
});

function block(language: string): string {
	return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';
}
