/** This file gives functions the names that the preprocessor, the linker or JavaScript would take for their own. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {readElf} from '../../src/elf/elf.js';
import {exportedSlots} from '../../src/gather/sweep/slots.js';
import {cli} from '../support/cli.js';
import {entered} from '../support/entered.js';
import {sweptProgram} from '../support/swept-program.js';
import {workshop} from '../support/workshop.js';

/** Each is called a number of times that is its own: its place in the list, from one. */
const names = [
	'linux',
	'unix',
	'toString',
	'__proto__',
	'constructor',
	'hasOwnProperty',
	'valueOf',
	'local',
	'global',
	'extern',
	'defined',
	'rax',
	'undefined',
] as const;

const undefine = names.map(name => (name === 'defined' ? '' : `#undef ${name}\n`)).join('');
/** `global` is no word of C, `extern` is: its assembler name is said. */
const declare = names.map((name, index) => `${undefine}int f${index}(int) __asm__("${name}");\n`).join('');
const library = `${declare}${names.map((_, index) => `__attribute__((noinline)) int f${index}(int n) { __asm__ volatile(""); return n * 1000003 + ${index}; }\n`).join('')}`;
const program = `${declare}int main(void) { int n = 0;\n${names.map((_, index) => `for (int i = 0; i <= ${index}; i++) n = f${index}(n);\n`).join('')}return 0; }`;

function built(t: ExecutionContext) {
	const work = workshop(t);
	const flags = ['-Wno-builtin-macro-redefined', '-O1'];
	const path = work.compile('libnames.so', library, ['-shared', '-fPIC', '-g', ...flags]);
	const main = work.compile('main', program, [...flags, path, `-Wl,-rpath,${work.folder}`]);
	return {work, path, main};
}

test('every odd name is one that the sweep overrides, and what runs is counted under it', async t => {
	const {work, path, main} = built(t);
	t.deepEqual(
		exportedSlots(readElf(readFileSync(path)))
			.slots.map(({symbol}) => symbol)
			.sort(),
		[...names].sort(),
	);
	const swept = await sweptProgram(work, {command: [main], interpreter: path});
	t.is(swept.status, 0, swept.stderr);
	t.deepEqual(
		names.map(name => [name, swept.count(name)]),
		names.map((name, index) => [name, index + 1]),
	);
});

test('what enters a function of an odd name is counted under it', async t => {
	const {work, path, main} = built(t);
	const ran = await entered({command: [main], interpreter: path, symbols: [...names], folder: work.folder});
	t.deepEqual(
		names.map(name => [name, ran.entries(name)]),
		names.map((name, index) => [name, index + 1]),
	);
});

test('inspect and explain show every odd name as readelf does', t => {
	const {work, path} = built(t);
	const readelf = execFileSync('readelf', ['--dyn-syms', '-W', path], {encoding: 'utf8'});
	const env = {XDG_CACHE_HOME: join(work.folder, 'cache')};
	// Anew, and from the cache.
	for (const _ of [1, 2]) {
		const {stdout, status} = cli(['inspect', '--json', path], {env});
		t.is(status, 0);
		const {files} = JSON.parse(stdout);
		const shown = files[0].symbols.map(({symbol}: {symbol: string}) => symbol);
		t.deepEqual([...shown].sort(), [...names].sort());
	}
	for (const name of names) {
		t.regex(readelf, new RegExp(` FUNC +GLOBAL +DEFAULT +\\d+ ${name}$`, 'm'));
		const {stdout, stderr, status} = cli(['explain', name, path], {env});
		t.is(status, 0, name + stderr);
		t.true(stdout.includes(name), stdout);
	}
});

for (const [name, reason] of [
	['strtoull', 'counting itself calls it'],
	['__isoc23_strtoull', 'counting itself calls it'],
	['__strncpy_chk', 'counting itself calls it'],
	['__fxstat', 'counting itself calls it'],
	['open64', 'counting itself calls it'],
	['__isoc23_strtold', null],
	['strtoul', null],
] as const) {
	test(`${name} is ${reason === null ? 'overridden' : 'left alone, under the name that a header gave it too'}`, t => {
		const source = `int ${name === 'strtoull' ? '(strtoull)' : name}(void) { return 1; }`;
		const path = workshop(t).compile('lib.so', source, ['-shared', '-fPIC', '-fno-builtin']);
		const {slots, leftOut} = exportedSlots(readElf(readFileSync(path)));
		t.deepEqual([slots.length, leftOut.map(({reason}) => reason)], reason === null ? [1, []] : [0, [reason]]);
	});
}
