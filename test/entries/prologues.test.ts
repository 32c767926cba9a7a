/** This file shows, for one function at a time, that its entries are counted and it does the same; or why it is left alone. */

import {execFileSync} from 'node:child_process';
import test from 'ava';
import {entered} from '../support/entered.js';
import {needing, x86} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const run = needing(x86);

/** Around the function `f`: what it may use. It is given 5, and what it returns is printed. */
const around = (body: string) => `
	.text
	.p2align 4
	.type helper, @function
helper:
	lea 100(%rdi), %rax
	ret
	.size helper, . - helper
	.p2align 4
	.globl f
	.type f, @function
${body}
	.p2align 4
	.data
value: .quad 1000
pointer: .quad helper
	.section .note.GNU-stack, "", %progbits
`;

const main = `
#include <stdio.h>
long f(long);
int main(void) { long sum = 0; for (int i = 0; i < 10; i++) sum += f(5); printf("%ld", sum); return 0; }
`;

interface Row {
	readonly body: string;
	/** Of ten calls. */
	readonly prints: string;
	/** More than the ten, where it calls itself. */
	readonly entries?: number;
	/** Other functions that are counted, and never called. */
	readonly room?: readonly string[];
}

const counted = test.macro(async (t, {body, prints, entries = 10, room = []}: Row) => {
	const w = workshop(t);
	const interpreter = w.compile('libcore.so', '', ['-shared', '-nostartfiles', w.file('f.s', around(body))]);
	const program = w.compile('program', main, [interpreter, `-Wl,-rpath,${w.folder}`]);
	t.is(execFileSync(program, {encoding: 'utf8'}), prints, 'without counters');
	const symbols = ['f', ...room];
	const seen = await entered({command: [program], interpreter, symbols, folder: w.folder});
	t.deepEqual(seen.left, []);
	t.deepEqual(seen.counters, {patched: symbols.length, reason: null});
	t.is(seen.stdout, prints);
	t.is(seen.status, 0);
	t.is(seen.entries('f'), entries);
});

const leftAlone = test.macro(async (t, {body, prints, reason, room = []}: Row & {readonly reason: string}) => {
	const w = workshop(t);
	const interpreter = w.compile('libcore.so', '', ['-shared', '-nostartfiles', w.file('f.s', around(body))]);
	const program = w.compile('program', main, [interpreter, `-Wl,-rpath,${w.folder}`]);
	const seen = await entered({command: [program], interpreter, symbols: ['f', ...room], folder: w.folder});
	t.deepEqual(seen.left, [{symbol: 'f', reason}]);
	t.deepEqual(seen.patched, room);
	t.is(seen.stdout, prints);
	t.is(seen.entries('f'), 0);
});

/** `f`, with its size; and `own`, which is its address whatever the dynamic linker makes of `f`. */
const f = (body: string) => `f:\nown:\n${body}\n\t.size f, . - f`;

run('a first instruction that reads data relative to itself', counted, {
	body: f('mov value(%rip), %rax\n add %rdi, %rax\n ret'),
	prints: '10050',
});
run('a first instruction that takes an address relative to itself', counted, {
	body: f('lea value(%rip), %rax\n mov (%rax), %rax\n ret'),
	prints: '10000',
});
run('a first instruction with an address and a number', counted, {
	body: f('cmpl $1000, value(%rip)\n sete %al\n movzbl %al, %eax\n ret'),
	prints: '10',
});
run('a first instruction with a VEX prefix and an address', counted, {
	body: f('vmovq value(%rip), %xmm0\n vmovq %xmm0, %rax\n ret'),
	prints: '10000',
});
run('a call first', counted, {body: f('call helper\n inc %rax\n ret'), prints: '1060'});
run('a call that begins within the first five bytes', counted, {
	body: f('sub $8, %rsp\n call helper\n add $8, %rsp\n ret'),
	prints: '1050',
});
run('an indirect call first', counted, {body: f('call *pointer(%rip)\n inc %rax\n ret'), prints: '1060'});
run('a jump to another function first', counted, {body: f('jmp helper'), prints: '1050'});
run('an indirect jump first', counted, {body: f('jmp *pointer(%rip)'), prints: '1050'});
run('a short jump first, over what is not padding', counted, {
	body: f('jmp 1f\n 2: mov $7, %eax\n ret\n nop\n 1: test %rdi, %rdi\n jne 2b\n ret').replace(
		'jmp 1f',
		'jmp 1f; nop; nop; nop',
	),
	prints: '70',
});
run('a short conditional branch within the first five bytes', counted, {
	body: f('test %rdi, %rdi\n jne 1f\n mov $1, %eax\n ret\n 1: mov $2, %eax\n ret'),
	prints: '20',
});
run('a function of three bytes before padding', counted, {body: f('xor %eax, %eax\n ret'), prints: '0'});
run('a function that calls itself by name is counted each time, for an override would be called too', counted, {
	body: f('test %rdi, %rdi\n je 1f\n dec %rdi\n call f\n inc %rax\n ret\n 1: xor %eax, %eax\n ret'),
	prints: '50',
	entries: 60,
});
run('one that calls itself directly is counted when others call it', counted, {
	body: f('test %rdi, %rdi\n je 1f\n dec %rdi\n call own\n inc %rax\n ret\n 1: xor %eax, %eax\n ret'),
	prints: '50',
});
run('so it is where the call of itself is among the displaced instructions', counted, {
	body: f('dec %edi\n js 1f\n call own\n 1: inc %edi\n mov %edi, %eax\n ret'),
	prints: '50',
});
run('so it is where the call has a prefix', counted, {
	body: f(
		'test %rdi, %rdi\n je 1f\n dec %rdi\n .byte 0x67, 0xe8\n .long own - . - 4\n inc %rax\n ret\n 1: xor %eax, %eax\n ret',
	),
	prints: '50',
});
run('what looks like a call of itself within another instruction stays as it is', counted, {
	// mov $0x1122e8.., whose last five bytes are e8 and the distance to `f`.
	body: f(
		'mov %rdi, %rax\n test %rax, %rax\n movabs $0xe8, %rdx\n .byte 0x48, 0xb9, 0, 0, 0, 0xe8\n .long own - . - 4\n shr $32, %rcx\n movslq %ecx, %rcx\n add %rcx, %rax\n ret',
	),
	prints: '-210',
});
run('a call of itself by its address is counted', counted, {
	body: f(
		'lea own(%rip), %rdx\n test %rdi, %rdi\n je 1f\n dec %rdi\n call *%rdx\n inc %rax\n ret\n 1: xor %eax, %eax\n ret',
	),
	prints: '50',
	entries: 60,
});
run('a call by another function, be it a part of it, is counted', counted, {
	body: `${f('test %rdi, %rdi\n je 1f\n jmp part\n 1: xor %eax, %eax\n ret')}\n.type part, @function\npart: dec %rdi\n call own\n inc %rax\n ret\n.size part, . - part`,
	prints: '50',
	entries: 60,
});

interface Folding {
	readonly pad: string;
	readonly folded: readonly string[];
	readonly entries: number;
	readonly atSites?: boolean;
}

/** `g`, exported, and `hidden` are nothing but a jump to `f`. */
const thunk = (name: string, pad: string) =>
	`.p2align 4\n.type ${name}, @function\n${name}:\nown_${name}: .cfi_startproc\n${pad}\n .byte 0xe9\n .long own - . - 4\n.cfi_endproc\n.size ${name}, . - ${name}`;

const folding = test.macro(async (t, {pad, folded, entries, atSites = false}: Folding) => {
	const w = workshop(t);
	const body = [
		f(`${pad}\n mov %edi, %eax\n inc %eax\n inc %eax\n ret`),
		`.globl g\n${thunk('g', pad)}`,
		thunk('hidden', pad),
		'.p2align 4\n.globl through\n.type through, @function\nthrough: push %rdi\n call hidden\n call own_g\n pop %rdi\n ret\n.size through, . - through',
	];
	const source = w.file('f.s', around(body.join('\n')));
	const interpreter = w.compile('libcore.so', '', ['-shared', '-nostartfiles', source]);
	const calls = `
		#include <stdio.h>
		long f(long), g(long), through(long);
		int main(void) { long sum = 0; for (int i = 0; i < 10; i++) sum += f(5) + g(5) + g(6) + through(7); printf("%ld", sum); return 0; }
	`;
	const program = w.compile('program', calls, [interpreter, `-Wl,-rpath,${w.folder}`]);
	const symbols = ['f', 'g', 'through'];
	const seen = await entered({command: [program], interpreter, symbols, folded, atSites, folder: w.folder});
	t.is(seen.stdout, '310', seen.stderr);
	t.deepEqual(seen.left, []);
	t.deepEqual([seen.entries('f'), seen.entries('g'), seen.entries('through')], [entries, 30, 10]);
});

run('what enters a function through others that are found to be the same is no call of it', folding, {
	pad: '',
	folded: ['f'],
	entries: 10,
});
run('so it is where each begins with a landing pad', folding, {pad: 'endbr64', folded: ['f'], entries: 10});
run('so it is where the call is counted at its site', folding, {pad: '', folded: ['f'], entries: 10, atSites: true});
run('what only calls a function calls it where calls are counted at their sites too', folding, {
	pad: '',
	folded: [],
	entries: 50,
	atSites: true,
});
run('what does nothing but call a function calls it', folding, {pad: '', folded: [], entries: 50});
run('a loop to behind the first five bytes', counted, {
	body: f('mov $0, %eax\n 1: inc %rax\n dec %rdi\n jne 1b\n ret'),
	prints: '50',
});
run('a landing pad stays where it is', counted, {
	body: `${f('endbr64\n mov $5, %eax\n ret')}\n.globl g\n.type g, @function\ng: ret\n.size g, . - g`,
	prints: '50',
});

/** Room for a long jump: eleven bytes that can be moved. */
const neighbour = `.globl g\n.type g, @function\ng: mov $1, %eax\n mov $2, %ecx\n add %ecx, %eax\n ret\n.size g, . - g\n`;

run('a function of four bytes, with room nearby', counted, {
	body: `${neighbour}${f('mov %edi, %eax\n ret')}\n.globl h\nh: ret`.replace('mov %edi, %eax', 'lea 1(%rdi), %eax'),
	prints: '60',
	room: ['g'],
});
run('a function of three bytes, with room nearby', counted, {
	body: `${f('push %rdi\n pop %rax\n ret')}\n${neighbour}`,
	prints: '50',
	room: ['g'],
});
run('a loop into its first five bytes, behind their second, with room nearby', counted, {
	body: `${f('xor %eax, %eax\n 1: inc %rax\n dec %rdi\n jne 1b\n ret')}\n${neighbour}`,
	prints: '50',
	room: ['g'],
});

run('a loop into its first five bytes, behind their second, with no room nearby', leftAlone, {
	body: f('xor %eax, %eax\n 1: inc %rax\n dec %rdi\n jne 1b\n ret'),
	prints: '50',
	reason: 'its own code branches into its first bytes',
});
run('a function of three bytes before another function', leftAlone, {
	body: `${f('push %rdi\n pop %rax\n ret')}\n.globl g\n.type g, @function\ng: ret\n.size g, . - g`,
	prints: '50',
	reason: 'it is too short',
});
run('a function of three bytes, with a neighbour whose second five bytes are branched into', leftAlone, {
	body: `${f('push %rdi\n pop %rax\n ret')}\n.globl g\n.type g, @function\ng: mov $9, %edi\n 1: dec %rdi\n jne 1b\n ret\n.size g, . - g`,
	prints: '50',
	reason: 'it is too short',
	room: ['g'],
});
run('a function without a size', leftAlone, {
	body: 'f: mov $5, %eax\n ret',
	prints: '50',
	reason: 'its size is not known',
});
run('a loop to its entry', leftAlone, {
	body: f('add $1, %rax\n dec %rdi\n jne f\n ret').replace('add $1, %rax', 'lea 1(%rdi), %rax'),
	prints: '20',
	reason: 'its own code jumps back to its entry, which is no call',
});
run('a loop to its landing pad', leftAlone, {
	body: f('endbr64\n lea 1(%rdi), %rax\n dec %rdi\n jne f\n ret'),
	prints: '20',
	reason: 'its own code jumps back to its entry, which is no call',
});
run('a loop into its first five bytes, at their second', leftAlone, {
	body: f('push %rdi\n 1: dec %rdi\n jne 1b\n pop %rax\n ret'),
	prints: '50',
	reason: 'its own code branches into its first bytes',
});
run('a jump from a part of it elsewhere into its first bytes', leftAlone, {
	body: `.section .text.unlikely, "ax"\ncold: 1: dec %rdi\n jmp 2f\n.text\n${f('push %rdi\n 2: test %rdi, %rdi\n jne 1b\n pop %rax\n ret')}`,
	prints: '50',
	reason: 'its own code branches into its first bytes',
});
run('a jump from a part of it elsewhere to its entry', leftAlone, {
	body: `.section .text.unlikely, "ax"\n.cfi_startproc\n1: dec %rdi\n jmp f@PLT\n.cfi_endproc\n.text\n.cfi_startproc\n${f('mov %rdi, %rax\n test %rdi, %rdi\n jne 1b\n ret')}\n.cfi_endproc`
		.replace('jmp f@PLT', 'jmp own')
		.replace('f:\n', 'f:\nown:\n'),
	prints: '0',
	reason: 'its own code jumps back to its entry, which is no call',
});
run('a jump table with an entry in its first bytes', leftAlone, {
	body: `${f(`push %rdi
 1: dec %rdi
 lea 2f(%rip), %rax
 mov %rdi, %rcx
 and $1, %ecx
 test %rdi, %rdi
 jne 4f
 pop %rax
 ret
 4: movslq (%rax, %rcx, 4), %rcx
 add %rcx, %rax
 jmp *%rax`)}
.section .rodata
.p2align 2
 2: .long 1b - 2b, 1b - 2b
.text`,
	prints: '50',
	reason: 'its own code branches into its first bytes',
});
run('an address of its first bytes in data', leftAlone, {
	body: `${f('push %rdi\n 1: mov $5, %eax\n pop %rdi\n ret')}\n.data\n.quad 1b\n.text`,
	prints: '50',
	reason: 'the address of one of its first bytes is taken',
});
run('an address of its first bytes in code', leftAlone, {
	body: `${f('push %rdi\n 1: mov $5, %eax\n lea 1b(%rip), %rcx\n pop %rdi\n ret')}`,
	prints: '50',
	reason: 'the address of one of its first bytes is taken',
});
run('a symbol within its first bytes', leftAlone, {
	body: `.globl g\n.type g, @function\n${f('push %rdi\n g: mov $5, %eax\n pop %rdi\n ret')}\n.size g, . - g`,
	prints: '50',
	reason: 'another symbol begins in its first bytes',
});
run('a branch that has no long form', leftAlone, {
	body: f('mov %rdi, %rcx\n jrcxz 1f\n mov $5, %eax\n ret\n 1: ret'),
	prints: '50',
	reason: 'it begins with a branch that has no long form',
});
run('a function that a resolver chooses', leftAlone, {
	body: `.type f, @gnu_indirect_function\n${f('lea helper(%rip), %rax\n ret')}`,
	prints: '1050',
	reason: 'it is chosen by a resolver when the program starts (IFUNC)',
});

run('names that share an address share a counter', async t => {
	const w = workshop(t);
	const body = `.globl g, h\n.type g, @function\n.type h, @function\ng:\nh:\n${f('mov $5, %eax\n ret')}\n.size g, . - g\n.size h, . - h`;
	const interpreter = w.compile('libcore.so', '', ['-shared', '-nostartfiles', w.file('f.s', around(body))]);
	const program = w.compile(
		'program',
		'long f(), g(), h(); int main(void) { return f() + g() + g() + h() == 20 ? 0 : 1; }',
		['-w', interpreter, `-Wl,-rpath,${w.folder}`],
	);
	const seen = await entered({command: [program], interpreter, symbols: ['f', 'g', 'missing', 'h'], folder: w.folder});
	t.is(seen.status, 0);
	t.deepEqual(seen.patched, ['f', 'g', 'h']);
	t.deepEqual(seen.shared, {g: 0, h: 0});
	t.deepEqual(seen.left, [{symbol: 'missing', reason: 'the interpreter does not export it as a function'}]);
	t.is(seen.entries('f'), 4);
});

const executable = test.macro(async (t, flags: readonly string[]) => {
	const w = workshop(t);
	const body = f('mov value(%rip), %rax\n add %rdi, %rax\n ret');
	const interpreter = w.compile('program', main, ['-rdynamic', ...flags, w.file('f.s', around(body))]);
	const seen = await entered({command: [interpreter], interpreter, symbols: ['f', 'main'], folder: w.folder});
	t.is(seen.stdout, '10050');
	t.deepEqual(seen.counters, {patched: 2, reason: null});
	t.is(seen.entries('f', 'interpreter'), 10);
	t.is(seen.entries('main', 'library'), 1);
});

run('the functions of a position-independent executable', executable, ['-pie', '-fPIE']);
run('the functions of an executable at a fixed address', executable, ['-no-pie', '-fno-pie']);
