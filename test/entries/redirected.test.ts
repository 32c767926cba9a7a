/** This file shows that what is no call of a function is not counted: its calls of itself, and thunks of identical code folding. */

import {execFileSync} from 'node:child_process';
import test from 'ava';
import {inspectObject} from '../../src/gather/inspect-object.js';
import {readObjectFile} from '../../src/object/object-file.js';
import {entered} from '../support/entered.js';
import {needing, x86} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const run = needing(x86);

/**
 * `second` is a jump to `first`, as gcc's identical code folding makes one (3.10's PyLong_FromLongLong is `jmp PyLong_FromSsize_t`);
 * `outer` does nothing but call `inner`; `count` calls itself.
 */
const library = `
	#define APART __attribute__((noinline))
	long table[64];
	APART long first(long x) { for (int i = 0; i < 64; i++) x += table[i] ^ x; return x; }
	static long own_first(long) __attribute__((alias("first"), used));
	long second(long);
	__asm__(".globl second\\n.type second, @function\\n.p2align 4\\nsecond: .byte 0xe9\\n.long own_first - . - 4\\n.size second, . - second");
	APART long inner(long x) { return table[x & 63] + 2; }
	APART long outer(long x) { return inner(x); }
	APART long count(long n) { return n < 2 ? 1 : count(n - 1) + count(n - 2); }
	APART long caller(long x) { return first(x) + second(x) + inner(x) + outer(x) + count(10); }
`;

const main = `
	#include <stdio.h>
	long caller(long), second(long);
	int main(void) { long sum = 0; for (int i = 0; i < 10; i++) sum += caller(1) + second(1); printf("%ld", sum); return 0; }
`;

const counted = test.macro(async (t, flags: readonly string[], expected: readonly string[]) => {
	const w = workshop(t);
	const interpreter = w.compile('libinterpreter.so', library, ['-O2', '-fPIC', '-shared', ...flags]);
	const text = execFileSync('objdump', ['-d', '--no-show-raw-insn', interpreter], {encoding: 'utf8'});
	t.regex(text, /<count>:\n(?: .*\n)*.*call +[0-9a-f]+ <count>/, 'gcc binds a recursive call, whatever the flags');
	const {report} = await inspectObject(readObjectFile(interpreter).elf);
	const folded = report.symbols.filter(one => one.folded > 0).map(({symbol}) => symbol);
	const program = w.compile('program', main, [interpreter, `-Wl,-rpath,${w.folder}`]);
	const symbols = ['first', 'second', 'inner', 'outer', 'count', 'caller'];
	const seen = await entered({command: [program], interpreter, symbols, folded, folder: w.folder});
	t.is(seen.status, 0, seen.stderr);
	t.is(seen.stdout, execFileSync(program, {encoding: 'utf8'}));
	t.deepEqual(seen.left, []);
	t.deepEqual(
		symbols.map(symbol => `${symbol} ${seen.entries(symbol)}`),
		expected,
	);
});

run(
	'on a default build, neither a thunk nor a call of itself enters the function that it goes to',
	counted,
	[],
	['first 10', 'second 20', 'inner 20', 'outer 10', 'count 10', 'caller 10'],
);
run(
	'where calls are bound, a jump may be a call, and is counted as one',
	counted,
	['-fno-semantic-interposition'],
	['first 30', 'second 20', 'inner 20', 'outer 10', 'count 10', 'caller 10'],
);

/** `spread` calls itself in a part of it that stands elsewhere, as gcc puts what is hardly ever run; `other` calls it from there. */
const spread = `
	long spread(long);
	__asm__(".globl spread\\n.type spread, @function\\nspread: push %rbx\\n mov %rdi, %rbx\\n xor %eax, %eax\\n sub $1, %rbx\\n jns spread.cold\\n"
		"1: pop %rbx\\n ret\\n.size spread, . - spread\\n.set own_spread, spread\\n"
		".section .text.unlikely, \\"ax\\"\\n.type spread.cold, @function\\n"
		"spread.cold: mov %rbx, %rdi\\n call own_spread\\n add $1, %eax\\n jmp 1b\\n.size spread.cold, . - spread.cold\\n"
		".globl other\\n.type other, @function\\nother: sub $8, %rsp\\n call own_spread\\n add $8, %rsp\\n ret\\n.size other, . - other\\n.text");
`;
const spreadMain = `
	#include <stdio.h>
	long spread(long), other(long);
	int main(void) { printf("%ld", spread(5) + other(3)); return 0; }
`;

for (const atSites of [false, true]) {
	run(
		`a part of a function that stands elsewhere calls itself, and another function there does not${atSites ? ', at sites' : ''}`,
		async t => {
			const w = workshop(t);
			const interpreter = w.compile('libinterpreter.so', spread, ['-O2', '-fPIC', '-shared']);
			const program = w.compile('program', spreadMain, [interpreter, `-Wl,-rpath,${w.folder}`]);
			const symbols = ['spread', 'other'];
			const seen = await entered({command: [program], interpreter, symbols, atSites, folder: w.folder});
			t.is(seen.status, 0, seen.stderr);
			t.is(seen.stdout, '8');
			t.deepEqual(seen.left, []);
			t.deepEqual([seen.entries('spread'), seen.entries('other')], [2, 1]);
		},
	);
}
