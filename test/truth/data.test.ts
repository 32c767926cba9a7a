/**
 * This file compares what is predicted of an override of a variable with what a program, its library and a preload library that defines the
 * variable show when they run, for every way of building the library and the program.
 */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {dataEvidence} from '../../src/binding/data-evidence.js';
import {visitDataUses} from '../../src/binding/data-uses.js';
import {importedData} from '../../src/binding/exported-data.js';
import {readElf} from '../../src/elf/elf.js';
import {given, needing, program, x86} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {works} from './compiler.js';

const library = `
ANSWER int answer = 1;
int used_by_code(void) { return answer; }
#ifndef THREAD
int *word = &answer;
int used_by_word(void) { return *word; }
#else
int used_by_word(void) { return answer; }
#endif
`;

const preload = 'ANSWER int answer = 2;\n';

/** The library's code and word and the program's own code read the variable; then the override changes, and all read once more. */
const main = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
extern ANSWER int answer;
int used_by_code(void), used_by_word(void);
static void show(void) { printf("%d %d %d\\n", used_by_code(), used_by_word(), answer); }
int main(int count, char **arguments) {
	(void)count;
	show();
	int *override = dlsym(dlopen(arguments[1], RTLD_NOW), "answer");
	*override = 3;
	show();
}
`;

/** The override itself; a copy that was filled from it and is a variable of its own; another one, which it does not touch. */
type Got = 'override' | 'copy' | 'own';

interface Row {
	readonly library: readonly string[];
	readonly program: readonly string[];
	/** What the library's code, its word and the program get. */
	readonly gets: readonly [code: Got, word: Got, program: Got];
	readonly is: string;
}

const pic = ['-fPIC', '-pie'];
const direct = ['-fPIE', '-pie', '-mdirect-extern-access'];
const fixed = ['-fno-pic', '-no-pie', '-mdirect-extern-access'];
const indirect = ['-fPIE', '-pie', '-mno-direct-extern-access'];
const threads = ['-DTHREAD', '-DANSWER=__thread'];
const protectedData = ['-DANSWER=__attribute__((visibility("protected")))', '-mno-direct-extern-access'];

const all = ['override', 'override', 'override'] as const;
const copies = ['copy', 'copy', 'copy'] as const;
const none = ['own', 'own', 'override'] as const;

const rows: readonly Row[] = [
	{library: [], program: pic, gets: all, is: 'a plain library and a program that asks by name get the override'},
	{library: [], program: indirect, gets: all, is: 'so does a program built with -mno-direct-extern-access'},
	{library: [], program: direct, gets: copies, is: 'where the program has a copy, all get the copy of the override'},
	{library: [], program: fixed, gets: copies, is: 'where a program for a fixed address has a copy, all get that'},
	{
		library: ['-mno-direct-extern-access'],
		program: pic,
		gets: all,
		is: '-mno-direct-extern-access in the library keeps the name',
	},
	{
		library: ['-Wl,-Bsymbolic-functions'],
		program: pic,
		gets: all,
		is: '-Bsymbolic-functions leaves data to the override',
	},
	{
		library: ['-Wl,-Bsymbolic-functions'],
		program: direct,
		gets: copies,
		is: '-Bsymbolic-functions leaves data to the program’s copy',
	},
	{
		library: ['-fno-semantic-interposition', '-O2'],
		program: pic,
		gets: all,
		is: '-fno-semantic-interposition leaves data to the override',
	},
	{library: ['-fno-semantic-interposition', '-O2', '-flto'], program: pic, gets: all, is: 'with LTO, too'},
	{
		library: ['-Wl,-Bsymbolic'],
		program: pic,
		gets: none,
		is: 'a library linked with -Bsymbolic keeps its own, the program gets the override',
	},
	{
		library: ['-Wl,-Bsymbolic'],
		program: direct,
		gets: ['own', 'own', 'copy'],
		is: 'and the program’s copy is filled from the override',
	},
	{
		library: protectedData,
		program: pic,
		gets: none,
		is: 'protected data stays the library’s own, the program gets the override',
	},
	{library: threads, program: [...threads, ...pic], gets: all, is: 'a thread’s own variable is looked up by name'},
	{
		library: threads,
		program: [...threads, '-fPIE', '-pie'],
		gets: all,
		is: 'also where the program has its offset in a slot',
	},
	{
		library: [...threads, '-Wl,-Bsymbolic'],
		program: [...threads, ...pic],
		gets: none,
		is: '-Bsymbolic binds a thread’s own variable, too',
	},
];

for (const row of rows) {
	needing(x86, program('gcc'), given(works({command: 'gcc', flags: ['-mno-direct-extern-access', '-flto']}), 'gcc 12'))(
		`${row.is} (library ${words(row.library)}, program ${words(row.program)}): predicted, and seen`,
		predictedAndSeen,
		row,
	);
}

function words(flags: readonly string[]): string {
	return flags.length === 0 ? 'without flags' : flags.join(' ');
}

function predictedAndSeen(t: ExecutionContext, row: Row): void {
	const work = workshop(t);
	const define = (flags: readonly string[]) => (flags.some(flag => flag.startsWith('-DANSWER')) ? [] : ['-DANSWER=']);
	const common = ['-O1', '-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN'];
	const isThreads = row.library.includes('-DTHREAD');
	const lib = work.compile(
		'libdata.so',
		library,
		['-fPIC', '-shared', ...common, ...define(row.library), ...row.library],
		'gcc',
	);
	const override = work.compile(
		'override.so',
		preload,
		['-fPIC', '-shared', isThreads ? '-DANSWER=__thread' : '-DANSWER='],
		'gcc',
	);
	const executable = work.compile('program', main, [lib, ...common, ...define(row.program), ...row.program], 'gcc');
	t.deepEqual(
		{predicted: predicted(lib, executable), seen: seen(executable, override)},
		{predicted: row.gets, seen: row.gets},
	);
}

function predicted(lib: string, executable: string): readonly Got[] {
	const answer = dataEvidence(readElf(readFileSync(lib))).symbols.find(({symbol}) => symbol === 'answer');
	const elf = readElf(readFileSync(executable));
	const copied = dataEvidence(elf).symbols.some(({symbol, verdict}) => symbol === 'answer' && verdict === 'copied');
	const byName: Got = copied ? 'copy' : 'override';
	const reaches: string[] = [];
	visitDataUses(elf, importedData(elf), ({target, reach}) => target.name === 'answer' && reaches.push(reach));
	const of = ({preemptible, bound}: {preemptible: number; bound: number} = {preemptible: 0, bound: 0}): Got => {
		if (preemptible > 0 === bound > 0) throw new Error(`${preemptible} and ${bound}`);
		return preemptible > 0 ? byName : 'own';
	};
	const code = of(answer?.code);
	// A thread's own variable has no address that a word could hold, so the second use is code as well.
	const word = answer?.storage === 'thread' ? code : of(answer?.words);
	return [
		code,
		word,
		copied ? 'copy' : reaches.length > 0 && reaches.every(reach => reach === 'preemptible') ? 'override' : 'own',
	];
}

function seen(executable: string, override: string): readonly Got[] {
	const output = execFileSync(executable, [override], {
		encoding: 'utf8',
		env: {LD_PRELOAD: override, LD_LIBRARY_PATH: join(executable, '..')},
	});
	const [before = [], after = []] = output
		.trim()
		.split('\n')
		.map(line => line.split(' ').map(Number));
	return before.map((value, index) => {
		if (value === 1 && after[index] === 1) return 'own';
		return value === 2 && after[index] === 3 ? 'override' : 'copy';
	});
}
