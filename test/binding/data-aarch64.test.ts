/** This file holds the uses of data by aarch64 code to the relocations that the compiler wrote, which a linker keeps where it is asked to. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import type {ExecutionContext} from 'ava';
import {dataEvidence} from '../../src/binding/data-evidence.js';
import {readElf} from '../../src/elf/elf.js';
import {given, needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {works} from '../truth/compiler.js';

const source = `
int number = 1;
long table[64] = {1};
char bytes[4096];
double real = 0.5;
struct {char first; short second; int third; long fourth; __int128 fifth;} record;
int *pointer = &number;
int read_number(void) { return number; }
void write_number(int to) { number = to; }
int *address_of(void) { return &number; }
long sum(int n) { long all = 0; for (int i = 0; i < n; i++) all += table[i]; return all; }
long far(void) { return table[33] + table[34]; }
char last(void) { return bytes[4095]; }
double twice(void) { return real * 2; }
long fields(void) { return record.first + record.second + record.third + record.fourth + (long)record.fifth; }
int called(int (*other)(void)) { int before = number; int result = other(); return before + result + number; }
int branches(int n) { if (n > 3) return number; if (n < 0) return (int)table[1]; return bytes[n] + (int)real; }
int through(void) { return *pointer; }
int main(void) { return read_number(); }
`;

const compiler = 'aarch64-linux-gnu-gcc';
const names = ['number', 'table', 'bytes', 'real', 'record', 'pointer'];

for (const [flags, what, bound] of [
	[['-shared', '-fPIC'], 'a library names each of its variables', false],
	[['-shared', '-fPIC', '-Wl,-Bsymbolic'], 'a library linked with -Bsymbolic names none', true],
	[['-fPIE', '-pie', '-rdynamic'], 'an executable has the addresses', true],
	[['-fno-pic', '-no-pie', '-rdynamic'], 'an executable for a fixed address has them, too', true],
] as const) {
	for (const level of ['-O0', '-O2']) {
		needing(given(works({command: compiler, flags: []}), compiler), program('aarch64-linux-gnu-readelf'))(
			`aarch64 ${level}: ${what}, at as many instructions as the compiler wrote relocations`,
			equalsRelocations,
			[level, ...flags],
			bound,
		);
	}
}

function equalsRelocations(t: ExecutionContext, flags: readonly string[], isBound: boolean): void {
	// Addresses of neighbours that are made from one another have no relocation of their own.
	const kept = ['-fno-section-anchors', '-Wl,--emit-relocs'];
	const path = workshop(t).compile('object', source, [...kept, ...flags], compiler);
	const expected = relocationsOf(path);
	const {symbols} = dataEvidence(readElf(readFileSync(path)));
	const seen = Object.fromEntries(
		symbols.filter(({symbol}) => names.includes(symbol)).map(({symbol, code}) => [symbol, code]),
	);
	t.true([...expected.values()].every(count => count > 0));
	t.deepEqual(
		seen,
		Object.fromEntries(
			names.map(name => {
				const count = expected.get(name) ?? 0;
				return [name, isBound ? {preemptible: 0, bound: count} : {preemptible: count, bound: 0}];
			}),
		),
	);
}

needing(given(works({command: compiler, flags: []}), compiler))(
	'aarch64: where gcc reaches a variable from the address of a neighbour, it is bound all the same',
	t => {
		const neighbours =
			'int one = 1; int two = 2; int main(void) { return one + two; } int *first(void) { return &one; }';
		const path = workshop(t).compile(
			'object',
			neighbours,
			['-O2', '-fsection-anchors', '-fPIE', '-pie', '-rdynamic'],
			compiler,
		);
		const {symbols} = dataEvidence(readElf(readFileSync(path)));
		const verdictOf = (name: string) => symbols.find(({symbol}) => symbol === name)?.verdict;
		t.deepEqual([verdictOf('one'), verdictOf('two')], ['bound', 'bound']);
		// As CPython sets PyExc_IOError: from the address of the first, with a pair of registers, and at a distance in bytes.
		const pairs = `
			__asm__(".data\\n .balign 8\\n .globl a, b, c, d\\n .type a, @object\\n .type b, @object\\n .type c, @object\\n .type d, @object\\n"
				".size a, 8\\n .size b, 8\\n .size c, 8\\n .size d, 4\\n a: .zero 8\\n b: .zero 8\\n c: .zero 8\\n d: .zero 4\\n .text\\n"
				".globl main\\n .type main, @function\\n main: adrp x0, a\\n add x0, x0, :lo12:a\\n stp x1, x1, [x0, #8]\\n stur w1, [x0, #24]\\n ret\\n .size main, .-main");
		`;
		const other = workshop(t).compile('pairs', pairs, ['-fPIE', '-pie', '-rdynamic'], compiler);
		const counts = dataEvidence(readElf(readFileSync(other))).symbols.filter(({symbol}) => /^[a-d]$/.test(symbol));
		t.deepEqual(
			counts.map(({symbol, code}) => [symbol, code.bound]),
			[
				['a', 1],
				['b', 1],
				['c', 1],
				['d', 1],
			],
		);
	},
);

/** Of the two relocations of an address the second, at the instruction that makes it complete. */
function relocationsOf(path: string): ReadonlyMap<string, number> {
	const counts = new Map(names.map(name => [name, 0]));
	const text = execFileSync('aarch64-linux-gnu-readelf', ['-rW', path], {encoding: 'utf8'});
	const pattern = /R_AARCH64_(?:LD64_GOT_LO12_NC|ADD_ABS_LO12_NC|LDST\d+_ABS_LO12_NC) +[0-9a-f]+ (\w+) \+/g;
	for (const [, name = ''] of text.matchAll(pattern)) {
		const count = counts.get(name);
		if (count !== undefined) counts.set(name, count + 1);
	}
	return counts;
}

needing(given(works({command: compiler, flags: []}), compiler))(
	'aarch64: that an executable does not use its own variable is not claimed, for not every use is seen; of a library it is',
	t => {
		const source = 'int idle = 1; int used = 2; int *get(void) { return &used; } int main(void) { return *get(); }';
		const verdicts = (name: string, flags: readonly string[]) => {
			const path = workshop(t).compile(name, source, ['-O2', ...flags], compiler);
			const {symbols} = dataEvidence(readElf(readFileSync(path)));
			return ['idle', 'used'].map(wanted => symbols.find(({symbol}) => symbol === wanted)?.verdict);
		};
		t.deepEqual(verdicts('program', ['-fPIE', '-pie', '-rdynamic']), ['inconclusive', 'bound']);
		t.deepEqual(verdicts('library', ['-fPIC', '-shared']), ['unreferenced', 'preemptible']);
	},
);
