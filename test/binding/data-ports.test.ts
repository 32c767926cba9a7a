/** This file holds the words that relocations fill for data to readelf, on CPUs whose code is not decoded for data, and says that it is not. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import type {ExecutionContext} from 'ava';
import {dataEvidence} from '../../src/binding/data-evidence.js';
import {readElf} from '../../src/elf/elf.js';
import {cli} from '../support/cli.js';
import {needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const source = `
int answer = 1, unused = 2;
int *word = &answer;
__thread int own = 3;
int code(void) { return answer + *word; }
int threads(void) { return own; }
`;

for (const [name, prefix, ...flags] of [
	['riscv64', 'riscv64-linux-gnu-', '--target=riscv64-linux-gnu', '-march=rv64gc'],
	['arm', 'arm-linux-gnueabihf-', '--target=armv7-linux-gnueabihf'],
	['s390x', 's390x-linux-gnu-', '--target=s390x-linux-gnu', '-march=z13'],
	['ppc64le', 'powerpc64le-linux-gnu-', '--target=powerpc64le-linux-gnu'],
	['i386', 'i686-linux-gnu-', '--target=i386-linux-gnu'],
] as const) {
	needing(
		program('clang'),
		program(`${prefix}ld`),
		program('readelf'),
	)(
		`${name}: the words of each variable are the relocations that readelf shows, with names and, with -Bsymbolic, without`,
		t => {
			const open = build(t, prefix, flags);
			const {totals} = dataEvidence(readElf(readFileSync(open)));
			t.deepEqual([totals.decoded, wordsOf(open)], [false, namedByReadelf(open)]);
			t.true(Object.values(wordsOf(open)).filter(({preemptible}) => preemptible > 0).length >= 3);
			const symbolic = build(t, prefix, [...flags, '-Bsymbolic']);
			t.true((wordsOf(symbolic).answer?.bound ?? 0) >= 1 && wordsOf(symbolic).answer?.preemptible === 0);
			const said = cli(['explain', 'answer', open]).stdout.replaceAll('\n', ' ');
			t.regex(
				said,
				/^The code of library is for \w+ and is not decoded for data, so uses by instructions are not seen; its relocations fill 2 words of data that reach an override\./,
			);
		},
	);
}

function build(t: ExecutionContext, prefix: string, flags: readonly string[]): string {
	const {file, folder} = workshop(t);
	const path = file('data.c', source);
	const library = `${folder}/library`;
	const compile = flags.filter(flag => flag !== '-Bsymbolic');
	execFileSync('clang', [...compile, '-O1', '-fPIC', '-ffreestanding', '-c', '-o', `${path}.o`, path]);
	// What the compiler calls for a thread's own variable is for the dynamic linker to find.
	const link = flags.includes('-Bsymbolic') ? ['-Bsymbolic'] : [];
	execFileSync(`${prefix}ld`, ['-shared', ...link, '-o', library, `${path}.o`]);
	return library;
}

function wordsOf(path: string) {
	const {symbols} = dataEvidence(readElf(readFileSync(path)));
	return Object.fromEntries(symbols.map(({symbol, words}) => [symbol, words]));
}

function namedByReadelf(path: string) {
	const text = execFileSync('readelf', ['-rW', path], {encoding: 'utf8'});
	const names = ['answer', 'own', 'unused', 'word'];
	return Object.fromEntries(
		names.map(name => [name, {preemptible: [...text.matchAll(new RegExp(` ${name}( |$)`, 'gm'))].length, bound: 0}]),
	);
}
