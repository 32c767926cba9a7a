/** This file shows for aarch64, under qemu where it is not the CPU, that entries are counted and nothing else changes. */

import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {entered} from '../support/entered.js';
import {needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const cross = 'aarch64-linux-gnu-gcc';
const native = process.arch === 'arm64';
const compiler = native ? 'cc' : cross;
const run = native ? test : needing(program(cross), program('qemu-aarch64'));

const source = (name: string) => fileURLToPath(new URL(`../../../native/${name}`, import.meta.url));

let made: string | undefined;

/** Made once for all tests. */
function counters(): string {
	made ??= make(mkdtempSync(join(tmpdir(), 'pyinterpose-test-')));
	return made;
}

function make(folder: string): string {
	const parts = ['entries.c', 'blob.c', 'interpreter.c', 'stubs.c', 'names.c', 'role.c', 'count-aarch64.S'];
	const sources = [
		...parts.map(name => `entries/${name}`),
		'callee.c',
		'loaded.c',
		'objects.c',
		'children.c',
		'page.c',
		'told.c',
		'unload.c',
	].map(source);
	const flags = ['-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-fno-builtin', '-D_GNU_SOURCE', '-std=gnu11'];
	execFileSync(compiler, [...flags, ...sources, '-o', join(folder, 'entries.so'), '-lpthread']);
	return join(folder, 'entries.so');
}

test.after.always(() => {
	if (made !== undefined) rmSync(dirname(made), {recursive: true});
});

const emulator = ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu', '-cpu', 'max'];
const preloadAs = (preload: string) =>
	native ? ['env', `LD_PRELOAD=${preload}`] : [...emulator, '-E', `LD_PRELOAD=${preload}`];

/** Around the function `f`, which is given 5, and of which what it returns is printed. */
const around = (body: string) => `
	.text
	.p2align 4
	.type helper, %function
helper:
	add x0, x0, #100
	ret
	.size helper, . - helper
	.p2align 4
	.globl f
	.type f, %function
${body}
	.p2align 4
near: .quad 1000
	.data
	.p2align 3
value: .quad 1000
	.section .note.GNU-stack, "", %progbits
`;

const main = `
#include <stdio.h>
long f(long);
int main(void) { long sum = 0; for (int i = 0; i < 10; i++) sum += f(5); printf("%ld", sum); return 0; }
`;

interface Row {
	readonly body: string;
	readonly prints: string;
	readonly reason?: string;
	readonly entries?: number;
}

const counted = test.macro(async (t, {body, prints, reason, entries = 10}: Row) => {
	const w = workshop(t);
	const arm = ['-march=armv8.5-a', '-Wl,-z,noexecstack'];
	const interpreter = w.compile(
		'libinterpreter.so',
		'',
		['-shared', '-nostdlib', ...arm, w.file('f.s', around(body))],
		compiler,
	);
	const program = w.compile('program', main, [interpreter, `-Wl,-rpath,${w.folder}`], compiler);
	const seen = await entered({
		command: [program],
		interpreter,
		symbols: ['f'],
		folder: w.folder,
		counters: counters(),
		preloadAs,
	});
	t.deepEqual(seen.left, reason === undefined ? [] : [{symbol: 'f', reason}]);
	t.is(seen.stderr, '');
	t.is(seen.stdout, prints);
	t.is(seen.status, 0);
	if (reason === undefined) t.deepEqual(seen.counters, {patched: 1, reason: null});
	t.is(seen.entries('f', 'executable'), reason === undefined ? 10 : 0);
	t.is(seen.entries('f'), reason === undefined ? entries : 0);
});

const f = (body: string) => `f:\n${body}\n\t.size f, . - f`;

run('a first instruction of no particular kind', counted, {body: f('add x0, x0, #1\n ret'), prints: '60'});
run('ADRP first', counted, {body: f('adrp x1, value\n ldr x0, [x1, #:lo12:value]\n ret'), prints: '10000'});
run('ADR first', counted, {body: f('adr x1, near\n ldr x0, [x1]\n ret'), prints: '10000'});
run('a jump first', counted, {body: f('b helper'), prints: '1050'});
run('a call first, which returns to the moved code', counted, {
	body: f('bl 1f\n mov x30, x2\n ret\n 1: mov x2, x9\n mov x0, #7\n ret').replace('bl 1f', 'mov x9, x30\n bl 1f'),
	prints: '70',
});
run('a call as the very first instruction', counted, {
	body: `helped: mov x0, #7\n ret\n.globl f\n.type f, %function\n${f('bl 1f\n 1: mov x0, #7\n ldr x30, [sp], #16\n ret').replace('bl 1f', 'str x30, [sp, #-16]!\n bl 1f')}`,
	prints: '70',
});
run('CBZ first, not taken', counted, {body: f('cbz x0, 1f\n mov x0, #1\n ret\n 1: mov x0, #2\n ret'), prints: '10'});
run('CBNZ first, taken', counted, {body: f('cbnz x0, 1f\n mov x0, #1\n ret\n 1: mov x0, #2\n ret'), prints: '20'});
run('TBZ first, not taken', counted, {
	body: f('tbz x0, #0, 1f\n mov x0, #1\n ret\n 1: mov x0, #2\n ret'),
	prints: '10',
});
run('TBNZ first of a high bit, not taken', counted, {
	body: f('tbnz x0, #40, 1f\n mov x0, #1\n ret\n 1: mov x0, #2\n ret'),
	prints: '10',
});
run('TBNZ first, taken', counted, {body: f('tbnz x0, #2, 1f\n mov x0, #1\n ret\n 1: mov x0, #2\n ret'), prints: '20'});
run('a load of a literal first', counted, {body: f('ldr x1, near\n add x0, x0, x1\n ret'), prints: '10050'});
run('a load of a literal of 32 bits with its sign first', counted, {body: f('ldrsw x0, near\n ret'), prints: '10000'});
run('a load of a literal into a vector register first', counted, {
	body: f('ldr d0, near\n fmov x0, d0\n ret'),
	prints: '10000',
});
run('a return first', counted, {body: f('ret'), prints: '50'});
run('BTI first stays where it is', counted, {body: f('bti c\n add x0, x0, #1\n ret'), prints: '60'});
run('PACIASP first stays where it is, and its signed return address is understood', counted, {
	body: f('paciasp\n add x0, x0, #1\n autiasp\n ret'),
	prints: '60',
});
run('a function that calls itself is counted when others call it', counted, {
	body: f(
		'cbz x0, 1f\n str x30, [sp, #-16]!\n sub x0, x0, #1\n bl f_\n add x0, x0, #1\n ldr x30, [sp], #16\n 1: ret',
	).replace('f:', 'f_: f:'),
	prints: '50',
});
run('a loop to behind its first instruction', counted, {
	body: f('mov x1, #0\n 1: add x1, x1, #1\n subs x0, x0, #1\n b.ne 1b\n mov x0, x1\n ret'),
	prints: '50',
});

run('a loop to its entry', counted, {
	body: f('f_: sub x0, x0, #1\n cbnz x0, f_\n mov x0, #3\n ret'),
	prints: '30',
	reason: 'its own code jumps back to its entry, which is no call',
});
run('a loop to behind its landing pad', counted, {
	body: f('bti c\n 1: sub x0, x0, #1\n cbnz x0, 1b\n mov x0, #3\n ret'),
	prints: '30',
	reason: 'its own code jumps back to its entry, which is no call',
});
run('a landing pad and nothing else', counted, {
	body: `${f('bti c')}\n.globl g\n.type g, %function\ng: ret\n.size g, . - g`,
	prints: '50',
	reason: 'it is too short',
});

/** Keeps the general registers, the flags and the vectors at a place, and changes none. */
const state = (name: string) => `
	stp x0, x1, [sp, #-16]!
	adrp x0, ${name}
	add x0, x0, #:lo12:${name}
${[2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28].map(n => `\tstp x${n}, x${n + 1}, [x0, #${n * 8}]`).join('\n')}
	str x30, [x0, #240]
	mrs x1, nzcv
	str x1, [x0, #248]
	ldp x2, x3, [sp]
	stp x2, x3, [x0]
	add x0, x0, #256
${Array.from({length: 16}, (_, n) => `\tstp q${2 * n}, q${2 * n + 1}, [x0, #${n * 32}]`).join('\n')}
	sub x0, x0, #256
	ldp x2, x3, [x0, #16]
	ldp x0, x1, [sp], #16
`;

const registers = test.macro(async (t, where: 'interpreter' | 'executable') => {
	const w = workshop(t);
	const observe = w.file(
		'observe.s',
		`
	.text
	.globl observe, observations
	.type observe, %function
observe:
	nop
${state('observed')}
	ret
	.size observe, . - observe
	.type observations, %function
observations:
	adrp x0, observed
	add x0, x0, #:lo12:observed
	ret
	.size observations, . - observations
	.bss
	.p2align 4
observed: .zero 1024
	.section .note.GNU-stack, "", %progbits
`,
	);
	const probe = w.file(
		'probe.s',
		`
	.text
	.globl probe_${where}
	.hidden given, returned
	.type probe_${where}, %function
probe_${where}:
	stp x29, x30, [sp, #-160]!
	stp x19, x20, [sp, #16]
	stp x21, x22, [sp, #32]
	stp x23, x24, [sp, #48]
	stp x25, x26, [sp, #64]
	stp x27, x28, [sp, #80]
	stp d8, d9, [sp, #96]
	stp d10, d11, [sp, #112]
	stp d12, d13, [sp, #128]
	stp d14, d15, [sp, #144]
	adrp x0, given
	add x0, x0, #:lo12:given
	ldr x1, [x0, #248]
	msr nzcv, x1
	add x1, x0, #256
${Array.from({length: 16}, (_, n) => `\tldp q${2 * n}, q${2 * n + 1}, [x1, #${n * 32}]`).join('\n')}
${[2, 4, 6, 8, 10, 12, 14, 18, 20, 22, 24, 26, 28].map(n => `\tldp x${n}, x${n + 1}, [x0, #${n * 8}]`).join('\n')}
	ldp x0, x1, [x0]
	bl observe
${state('returned')}
	ldp d14, d15, [sp, #144]
	ldp d12, d13, [sp, #128]
	ldp d10, d11, [sp, #112]
	ldp d8, d9, [sp, #96]
	ldp x27, x28, [sp, #80]
	ldp x25, x26, [sp, #64]
	ldp x23, x24, [sp, #48]
	ldp x21, x22, [sp, #32]
	ldp x19, x20, [sp, #16]
	ldp x29, x30, [sp], #160
	ret
	.size probe_${where}, . - probe_${where}
	.bss
	.p2align 4
	.globl given, returned
given: .zero 1024
returned: .zero 1024
	.section .note.GNU-stack, "", %progbits
`,
	);
	const compare = w.file(
		'compare.c',
		`
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct state { unsigned long registers[31], flags; unsigned char vectors[32][16]; };
extern struct state given __attribute__((visibility("hidden"))), returned __attribute__((visibility("hidden")));
const struct state *observations(void);
void probe_${where}(void);
/* What the PLT may use (16, 17), the platform's register, and the return address are left out. */
static int differ(const char *when, const struct state *seen)
{
	int bad = memcmp(given.vectors, seen->vectors, sizeof given.vectors) != 0 || given.flags != seen->flags;
	for (int i = 0; i < 30; i++)
		if (i != 16 && i != 17 && i != 18 && given.registers[i] != seen->registers[i]) {
			printf("%s: register %d was %lx is %lx\\n", when, i, given.registers[i], seen->registers[i]);
			bad = 1;
		}
	return bad;
}
int test_${where}(int rounds);
int test_${where}(int rounds)
{
	int bad = 0;
	for (int i = 0; i < rounds; i++) {
		unsigned char *bytes = (unsigned char *)&given;
		srand((unsigned)i);
		for (size_t j = 0; j < sizeof given; j++)
			bytes[j] = (unsigned char)rand();
		given.registers[18] = 0;
		given.flags = (unsigned long)(i & 15) << 28;
		probe_${where}();
		bad += differ("at the entry", observations());
		bad += differ("after the call", &returned);
	}
	return bad;
}
`,
	);
	// Bound at the start: the loader's own way to a function on the first call clobbers registers.
	const shared = ['-O2', '-fPIC', '-shared', '-Wl,-z,now'];
	const interpreter = w.compile(
		'libinterpreter.so',
		'',
		[...shared, observe, ...(where === 'interpreter' ? [probe, compare] : [])],
		compiler,
	);
	const caller = `int test_${where}(int); int main(void) { return test_${where}(64) ? 1 : 0; }`;
	const more = where === 'executable' ? [probe, compare] : [];
	const program = w.compile(
		'program',
		caller,
		['-O2', '-Wl,-z,now', ...more, interpreter, `-Wl,-rpath,${w.folder}`],
		compiler,
	);
	const seen = await entered({
		command: [program],
		interpreter,
		symbols: ['observe'],
		folder: w.folder,
		counters: counters(),
		preloadAs,
	});
	t.is(seen.status, 0, seen.stdout + seen.stderr);
	t.deepEqual(seen.counters, {patched: 1, reason: null});
	t.is(seen.entries('observe', where), 64);
	t.is(seen.entries('observe'), 64);
});

run('a call from the interpreter finds every register and flag as without counters', registers, 'interpreter');
run('a call from the executable finds every register and flag as without counters', registers, 'executable');

run('four threads of 100,000 calls each lose none, and a forked child is not counted', async t => {
	const w = workshop(t);
	const interpreter = w.compile(
		'libinterpreter.so',
		'static volatile long state; long work(long a); long work(long a) { return a * 3 + state; }',
		['-O2', '-fPIC', '-shared'],
		compiler,
	);
	const program = w.compile(
		'program',
		`#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
long work(long);
static void *calls(void *n) { for (long i = 0; i < 100000; i++) work(i); return n; }
int main(void) {
	pthread_t threads[4];
	for (int i = 0; i < 4; i++) pthread_create(&threads[i], 0, calls, 0);
	for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
	pid_t child = fork();
	if (child == 0) { work(1); _exit(0); }
	waitpid(child, 0, 0);
	return 0;
}`,
		['-pthread', interpreter, `-Wl,-rpath,${w.folder}`],
		compiler,
	);
	const seen = await entered({
		command: [program],
		interpreter,
		symbols: ['work'],
		folder: w.folder,
		counters: counters(),
		preloadAs,
	});
	t.is(seen.status, 0, seen.stderr);
	t.is(seen.entries('work', 'executable'), 400_000);
});

run("a call of any function, not of the first alone, is its own caller's", async t => {
	const w = workshop(t);
	const library = 'int f(void); int g(void); int f(void) { return 1; } int g(void) { return 2; }';
	const interpreter = w.compile('libinterpreter.so', library, ['-O2', '-shared', '-fPIC'], compiler);
	const program = w.compile(
		'program',
		'int f(void); int g(void); int main(void) { int sum = f(); for (int i = 0; i < 7; i++) sum += g(); return sum; }',
		['-O0', interpreter, `-Wl,-rpath,${w.folder}`],
		compiler,
	);
	const seen = await entered({
		command: [program],
		interpreter,
		symbols: ['f', 'g'],
		folder: w.folder,
		counters: counters(),
		preloadAs,
	});
	t.is(seen.status, 15, seen.stderr);
	t.is(seen.entries('f', 'executable'), 1);
	t.is(seen.entries('g', 'executable'), 7);
	t.is(seen.entries('g'), 7);
});

run('a function of libc is counted where it is entered past every override', async t => {
	const w = workshop(t);
	const interpreter = w.compile(
		'libinterpreter.so',
		'int f(void); int f(void) { return 1; }',
		['-shared', '-fPIC'],
		compiler,
	);
	const program = w.compile(
		'program',
		`#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
int f(void);
int main(void) {
	int (*past)(const char *) = (int (*)(const char *))dlsym(dlopen("libc.so.6", RTLD_NOW), "atoi"), sum = f();
	for (int i = 0; i < 10; i++) sum += past("7");
	for (volatile int i = 0; i < 5; i++) sum += atoi("3");
	void *(*reallocate)(void *, size_t) = (void *(*)(void *, size_t))dlsym(dlopen("libc.so.6", RTLD_NOW), "realloc");
	for (volatile int i = 0; i < 3; i++) reallocate(0, 24);
	printf("%d", sum);
	return 0;
}`,
		['-O0', interpreter, `-Wl,-rpath,${w.folder}`],
		compiler,
	);
	const seen = await entered({
		command: [program],
		interpreter,
		symbols: ['f'],
		libc: {
			file: native ? libcOfThisMachine() : '/usr/aarch64-linux-gnu/lib/libc.so.6',
			symbols: ['atoi', 'malloc', 'realloc'],
		},
		folder: w.folder,
		counters: counters(),
		preloadAs,
	});
	t.is(seen.stderr, '');
	t.deepEqual(seen.libcCounters, {patched: 3, reason: null});
	t.is(seen.stdout, '86');
	t.is(seen.entries('f', 'executable'), 1);
	t.is(seen.entries('atoi', 'executable'), 15);
	t.is(seen.entries('atoi'), 15);
	// Into malloc libc itself jumps then, which is no call that the program made.
	t.is(seen.entries('realloc', 'executable'), 3);
	t.is(seen.entries('malloc', 'executable'), 0);
});

function libcOfThisMachine(): string {
	return execFileSync('cc', ['-print-file-name=libc.so.6'], {encoding: 'utf8'}).trim();
}
