/** This file tests the documentation: every block of C compiles, every command prints what stands below it. */

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {causes, verdictKinds} from '../../src/model/verdict.js';
import {folder as scratch} from '../support/cli.js';
import {given, needing, program, x86} from '../support/needs.js';
import {works} from '../truth/compiler.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const read = (name: string) => readFileSync(join(docs, `${name}.md`), 'utf8');

interface Block {
	readonly language: string;
	readonly text: string;
}

function blocks(markdown: string): readonly Block[] {
	return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({language, text}));
}

/** Each in a file of the name that its first line gives. */
function writeSources(folder: string, markdown: string): void {
	for (const {language, text} of blocks(markdown)) {
		if (language === 'c') writeFileSync(join(folder, /^\/\* ([\w.]+) \*\//.exec(text)?.[1] ?? 'nameless'), text);
	}
}

interface Step {
	readonly command: string;
	readonly output: string;
}

function steps(markdown: string): readonly Step[] {
	return blocks(markdown)
		.filter(({language}) => language === 'console')
		.flatMap(({text}) => text.split(/^\$ /m).slice(1))
		.map(step => {
			const [command = '', ...output] = step.trimEnd().split('\n');
			return {command, output: output.join('\n')};
		});
}

/** Addresses differ from machine to machine, and so does the white space that aligns them. */
function comparable(output: string): string {
	return output
		.replace(/\b(0x)?[0-9a-f]{4,16}\b/g, 'ADDRESS')
		.replace(/[ \t]+/g, ' ')
		.trim();
}

const tools = [
	x86,
	given(works({command: 'gcc', flags: ['-flto']}), 'gcc'),
	...['objdump', 'readelf', 'nm'].map(program),
];

/** A page on which nothing is run is a mistake here. */
function page(name: string): void {
	needing(...tools).serial(`the commands of docs/${name}.md print what stands below them`, t => {
		const folder = scratch(t);
		writeSources(folder, read('example'));
		writeSources(folder, read(name));
		const all = steps(read(name));
		t.true(all.length > 2);
		for (const {command, output} of all) {
			const {stdout, stderr} = spawnSync('sh', ['-c', command], {
				cwd: folder,
				encoding: 'utf8',
				env: {PATH: process.env.PATH, LC_ALL: 'C'},
			});
			t.is(stderr, '', command);
			t.is(comparable(stdout), comparable(output), command);
		}
	});
}

page('honored');
page('partial');
page('bypassed');
page('uncalled');
page('absent');
page('inconclusive');
page('same-unit');
page('lto');
page('symbolic-functions');
page('symbolic');
page('protected');
page('executable-defines-it');
page('deepbind');
page('preload-dropped');
page('other-object-defines-it');
page('handed-out-address');
page('handle');
page('version');
page('unknown');
page('data');

test('every verdict and every cause has a page, and the index leads to it', t => {
	const index = read('index');
	for (const name of [...verdictKinds, ...causes]) {
		t.true(existsSync(join(docs, `${name}.md`)), name);
		t.true(index.includes(`(${name}.md)`), name);
	}
});

test('every link between pages leads to a page', t => {
	for (const name of readdirSync(docs).filter(file => file.endsWith('.md'))) {
		for (const [, target = ''] of read(name.slice(0, -3)).matchAll(/\]\(([^)]+)\)/g)) {
			t.true(/^https?:/.test(target) || existsSync(join(docs, target.replace(/#.*/, ''))), `${name}: ${target}`);
		}
	}
});

needing(...tools)('the sources of the example compile without a warning', t => {
	const folder = scratch(t);
	writeSources(folder, read('example'));
	for (const file of ['main.c', 'lib.c', 'shim.c']) {
		execFileSync('gcc', ['-Wall', '-Wextra', '-Werror', '-c', file, '-o', `${file}.o`], {cwd: folder});
	}
	t.pass();
});
