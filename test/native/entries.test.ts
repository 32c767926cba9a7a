/** This file shows that a counted entry changes nothing but the count: registers, flags, threads, forks, signals. */

import {execFileSync} from 'node:child_process';
import test from 'ava';
import {prepareEntries} from '../../src/gather/prepare-entries.js';
import {entered} from '../support/entered.js';
import {needing, x86} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const run = needing(x86);

/** Stores every register, the flags and MXCSR; the layout is that of `observer`'s states. */
const keep = `
	.macro KEEP where
	mov %rax, \\where+0(%rip)
	mov %rcx, \\where+8(%rip)
	mov %rdx, \\where+16(%rip)
	mov %rbx, \\where+24(%rip)
	mov %rsp, \\where+32(%rip)
	mov %rbp, \\where+40(%rip)
	mov %rsi, \\where+48(%rip)
	mov %rdi, \\where+56(%rip)
	mov %r8, \\where+64(%rip)
	mov %r9, \\where+72(%rip)
	mov %r10, \\where+80(%rip)
	mov %r11, \\where+88(%rip)
	mov %r12, \\where+96(%rip)
	mov %r13, \\where+104(%rip)
	mov %r14, \\where+112(%rip)
	mov %r15, \\where+120(%rip)
	pushfq
	popq \\where+128(%rip)
	stmxcsr \\where+136(%rip)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	vmovdqu %ymm\\n, \\where+144+32*\\n(%rip)
	.endr
	.endm`;

/**
 * `observe` keeps every register as it finds it; `probe` sets every register, calls it, and keeps what it gets back.
 * Layout of a state: 16 general registers by their number, the flags, MXCSR, then 16 vector registers of 32 bytes.
 */
const observer = `
	.text
${keep}
	.globl observe, observations
	.type observations, @function
observations:
	lea observed(%rip), %rax
	ret
	.size observations, . - observations
	.type observe, @function
observe:
	nopl 0(%rax)
	KEEP observed
	ret
	.size observe, . - observe
	.data
	.p2align 6
observed: .zero 1024
	.section .note.GNU-stack, "", %progbits
`;

const prober = `
	.text
${keep}
	.globl PROBE
	.hidden given, returned
	.type PROBE, @function
PROBE:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	push %rax
	/* The function is called through memory, so that every register can be set. */
	mov %rdi, target(%rip)
	ldmxcsr given+136(%rip)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	vmovdqu given+144+32*\\n(%rip), %ymm\\n
	.endr
	mov %rsp, given+32(%rip)
	mov given+0(%rip), %rax
	mov given+8(%rip), %rcx
	mov given+16(%rip), %rdx
	mov given+24(%rip), %rbx
	mov given+40(%rip), %rbp
	mov given+48(%rip), %rsi
	mov given+56(%rip), %rdi
	mov given+64(%rip), %r8
	mov given+72(%rip), %r9
	mov given+80(%rip), %r10
	mov given+88(%rip), %r11
	mov given+96(%rip), %r12
	mov given+104(%rip), %r13
	mov given+112(%rip), %r14
	mov given+120(%rip), %r15
	pushq given+128(%rip)
	popfq
	call *target(%rip)
	KEEP returned
	cld
	pop %rax
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
	.size PROBE, . - PROBE
	.data
target: .quad 0
	.p2align 6
	.globl given, returned
given: .zero 1024
returned: .zero 1024
	.section .note.GNU-stack, "", %progbits
`;

const compare = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct state { unsigned long registers[16], flags; unsigned mxcsr, none; unsigned char vectors[16][32]; };
extern struct state given __attribute__((visibility("hidden"))), returned __attribute__((visibility("hidden")));
const struct state *observations(void);
void observe(void);
void PROBE(void (*)(void));
static void fill(unsigned seed)
{
	unsigned char *bytes = (unsigned char *)&given;
	srand(seed);
	for (size_t i = 0; i < sizeof given; i++)
		bytes[i] = (unsigned char)rand();
	/* Carry, parity, adjust, zero, sign, direction, overflow; the rest as it must be. */
	static const unsigned bits[] = { 0, 2, 4, 6, 7, 10, 11 };
	given.flags = 0x202;
	for (unsigned i = 0; i < 7; i++)
		if (seed >> i & 1)
			given.flags |= 1ul << bits[i];
	given.mxcsr = 0x1f80 | (seed & 3) << 13 | (seed & 0x3f);
}
static int differ(const char *when, const struct state *seen, unsigned long rsp)
{
	struct state want = given;
	want.registers[4] = rsp;
	want.none = seen->none;
	if (memcmp(&want, seen, sizeof want) == 0)
		return 0;
	for (int i = 0; i < 16; i++)
		if (want.registers[i] != seen->registers[i])
			printf("%s: register %d was %lx is %lx\\n", when, i, want.registers[i], seen->registers[i]);
	printf("%s: flags were %lx are %lx, mxcsr was %x is %x\\n", when, want.flags, seen->flags, want.mxcsr, seen->mxcsr);
	return 1;
}
int TEST(int rounds);
int TEST(int rounds)
{
	int bad = 0;
	for (int i = 0; i < rounds; i++) {
		fill((unsigned)i);
		PROBE(observe);
		bad += differ("at the entry", observations(), given.registers[4] - 8);
		bad += differ("after the call", &returned, given.registers[4]);
	}
	return bad;
}
`;

const registers = test.macro(async (t, where: 'interpreter' | 'executable' | 'library') => {
	const w = workshop(t);
	const named = (source: string) => source.replaceAll('PROBE', `probe_${where}`).replaceAll('TEST', `test_${where}`);
	const sources = [w.file('prober.s', named(prober)), w.file('compare.c', named(compare))];
	const observerSource = w.file('observer.s', observer);
	const shared = ['-O2', '-fPIC', '-shared', '-nostartfiles'];
	const interpreter = w.compile('libcore.so', '', [
		...shared,
		observerSource,
		...(where === 'interpreter' ? sources : []),
	]);
	const library = w.compile('libother.so', 'int none;', [
		...shared,
		...(where === 'library' ? sources : []),
		interpreter,
	]);
	const main = `int test_${where}(int); int main(void) { return test_${where}(512) ? 1 : 0; }`;
	const program = w.compile('program', main, [
		'-O2',
		...(where === 'executable' ? sources : []),
		'-Wl,--no-as-needed',
		interpreter,
		library,
		`-Wl,-rpath,${w.folder}`,
	]);
	const seen = await entered({command: [program], interpreter, symbols: ['observe'], folder: w.folder});
	t.is(seen.status, 0, seen.stdout);
	t.deepEqual(seen.counters, {patched: 1, reason: null});
	t.is(seen.entries('observe', where), 512);
	t.is(seen.entries('observe'), 512);
});

run('a call from the interpreter finds every register and flag as without counters', registers, 'interpreter');
run('a call from the executable finds every register and flag as without counters', registers, 'executable');
run('a call from a library finds every register and flag as without counters', registers, 'library');

const interpreterSource = `
#include <errno.h>
#include <unistd.h>
#define EXPORT __attribute__((visibility("default"), noinline))
static volatile long state;
EXPORT long work(long a);
EXPORT long work(long a) { return a * 3 + state; }
/* Its stack pointer moves by four bytes of code, and its call is moved along. */
EXPORT void called(void (*ends)(void *));
__asm__(".text; .globl called; .type called, @function; called: .cfi_startproc; sub $8, %rsp; .cfi_adjust_cfa_offset 8;"
	"call ender; add $8, %rsp; .cfi_adjust_cfa_offset -8; ret; .cfi_endproc; .size called, . - called");
__attribute__((used)) static void ender(void (*ends)(void *)) { ends(0); }
EXPORT long through(long n);
EXPORT long onward(long a);
EXPORT long onward(long a) { return work(a + 1); }
EXPORT long through(long n) { long sum = 0; for (long i = 0; i < n; i++) sum += work(i); return sum; }
`;

interface Row {
	readonly main: string;
	readonly executable: number;
	readonly interpreter?: number;
	readonly prints?: string;
	readonly ends?: {readonly status: number} | {readonly signal: NodeJS.Signals};
	readonly atSites?: boolean;
}

const counts = test.macro(async (t, row: Row) => {
	const {main, executable, interpreter = 0, prints = '', ends = {status: 0}, atSites = false} = row;
	const w = workshop(t);
	const library = w.compile('libcore.so', interpreterSource, [
		'-O2',
		'-fPIC',
		'-shared',
		'-fno-semantic-interposition',
	]);
	const program = w.compile(
		'program',
		`#include <pthread.h>\n#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <sys/time.h>\n#include <sys/wait.h>\n#include <unistd.h>\n#include <errno.h>\nlong work(long), through(long);\nvoid called(void (*)(void *));\n${main}`,
		['-O1', '-D_GNU_SOURCE', '-Wl,--no-as-needed', library, `-Wl,-rpath,${w.folder}`, '-pthread'],
	);
	const seen = await entered({
		command: [program],
		interpreter: library,
		symbols: ['work', 'through', 'called'],
		folder: w.folder,
		atSites,
	});
	t.like(seen, {status: null, signal: null, ...ends}, seen.stderr);
	t.is(seen.stdout, prints);
	t.deepEqual(seen.counters, {patched: 3, reason: null});
	t.is(seen.entries('work', 'executable'), executable);
	t.is(seen.entries('work', 'interpreter'), interpreter);
	t.is(seen.entries('work'), executable + interpreter);
});

run('a program that makes no call counts none', counts, {main: 'int main(void) { return 0; }', executable: 0});
run('a call of the executable and a bound call within the interpreter are counted apart', counts, {
	main: 'int main(void) { printf("%ld", work(2) + work(3) + through(4)); return 0; }',
	executable: 2,
	interpreter: 4,
	prints: '33',
});
run(
	'a tail call within the interpreter is counted under the interpreter, though it returns to the executable',
	counts,
	{
		main: `long onward(long);
int main(void) {
	for (int i = 0; i < 10; i++) onward(i);
	work(1);
	return 0;
}`,
		executable: 1,
		interpreter: 10,
	},
);
run('a call of the executable through a pointer is counted under the executable', counts, {
	main: `long (*volatile pointer)(long) = work;
int main(void) {
	for (int i = 0; i < 10; i++) pointer(i);
	return 0;
}`,
	executable: 10,
});
run('eight threads of 1,000,000 calls each lose none', counts, {
	main: `static void *calls(void *n) { for (long i = 0; i < 1000000; i++) work(i); return n; }
int main(void) {
	pthread_t threads[8];
	for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, calls, NULL);
	for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
	return 0;
}`,
	executable: 8_000_000,
});
run('a forked child is not counted, and its parent is', counts, {
	main: `int main(void) {
	work(1);
	pid_t child = fork();
	if (child == 0) { for (int i = 0; i < 1000; i++) work(i); _exit(0); }
	waitpid(child, NULL, 0);
	work(1);
	return 0;
}`,
	executable: 2,
});
run('calls that a signal handler makes between others are all counted', counts, {
	main: `static volatile long handled;
static void handle(int signal) { (void)signal; handled++; work(1); }
int main(void) {
	struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
	signal(SIGALRM, handle);
	setitimer(ITIMER_REAL, &often, NULL);
	long made = 0;
	while (handled < 500) { for (int i = 0; i < 100; i++) work(i); made += 100; }
	setitimer(ITIMER_REAL, &never, NULL);
	/* As many as make a round number. */
	for (long sum = made + handled; sum < 100000000; sum++) work(1);
	return 0;
}`,
	executable: 100_000_000,
});
run('_exit loses no count', counts, {
	main: 'int main(void) { work(1); _exit(3); }',
	executable: 1,
	ends: {status: 3},
});
run('SIGKILL loses no count', counts, {
	main: 'int main(void) { work(1); kill(getpid(), SIGKILL); }',
	executable: 1,
	ends: {signal: 'SIGKILL'},
});
run('a thread that ends below a call among the moved instructions ends, and the program goes on', counts, {
	main: `static void *ends(void *n) { work(1); called(pthread_exit); return n; }
int main(void) {
	pthread_t thread;
	pthread_create(&thread, NULL, ends, NULL);
	pthread_join(thread, NULL);
	work(1);
	printf("went on");
	return 0;
}`,
	executable: 2,
	prints: 'went on',
});
run('a call keeps errno, also the first from a page of code', counts, {
	main: 'int main(void) { errno = 77; work(1); printf("%d", errno); return 0; }',
	executable: 1,
	prints: '77',
});
run('a call on a small stack of its own is counted', counts, {
	main: `static void *once(void *n) { work(1); return n; }
int main(void) {
	pthread_attr_t attributes;
	pthread_t thread;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 16384);
	pthread_create(&thread, &attributes, once, NULL);
	pthread_join(thread, NULL);
	return 0;
}`,
	executable: 1,
});

const bothWays = `long onward(long), (*volatile pointer)(long) = work;
static long made(long n) { long sum = 0; for (long i = 0; i < n; i++) sum += onward(i) + pointer(i); return sum + through(n); }
`;
run('counted at their sites, bound calls of the interpreter and calls by an address are told apart', counts, {
	main: `${bothWays}int main(void) { made(10); return 0; }`,
	executable: 10,
	interpreter: 20,
	atSites: true,
});
// All begin at once: a thread that ends before the next one begins would lose nothing even without a lock.
run('so they are in eight threads of 1,000,000 calls of each kind, and in the main thread beside them', counts, {
	main: `${bothWays}static pthread_barrier_t all;
static void *calls(void *n) { pthread_barrier_wait(&all); made(1000000); return n; }
int main(void) {
	pthread_t threads[8];
	pthread_barrier_init(&all, NULL, 9);
	for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, calls, NULL);
	calls(NULL);
	for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
	return 0;
}`,
	executable: 9_000_000,
	interpreter: 18_000_000,
	atSites: true,
});
// On a busy machine two threads seldom run at once: each has a processor of its own here, and waits for the other before its next few calls.
run('so they are in two threads that run at once, one of them the main thread', counts, {
	main: `#include <sched.h>
${bothWays}static _Atomic long turns[2];
static void calls(int own) {
	cpu_set_t all, one;
	CPU_ZERO(&one);
	sched_getaffinity(0, sizeof all, &all);
	for (int cpu = 0, found = 0; cpu < CPU_SETSIZE; cpu++) if (CPU_ISSET(cpu, &all) && found++ == own) CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
	for (long turn = 1; turn <= 20000; turn++) {
		turns[own] = turn;
		for (long spins = 0; turns[!own] < turn; spins++) if (spins % 4096 == 4095) sched_yield();
		made(50);
	}
}
static void *other(void *n) { calls(1); return n; }
int main(void) {
	pthread_t thread;
	pthread_create(&thread, NULL, other, NULL);
	calls(0);
	pthread_join(thread, NULL);
	return 0;
}`,
	executable: 2_000_000,
	interpreter: 4_000_000,
	atSites: true,
});
run('so they are in a parent, and not in its forked child', counts, {
	main: `${bothWays}int main(void) {
	made(1);
	pid_t child = fork();
	if (child == 0) { made(1000); _exit(0); }
	waitpid(child, NULL, 0);
	made(1);
	return 0;
}`,
	executable: 2,
	interpreter: 4,
	atSites: true,
});
run('so they are around a child of vfork, which counts until it runs another program', counts, {
	main: `${bothWays}int main(void) {
	made(1);
	pid_t child = vfork();
	if (child == 0) { made(1); execl("/bin/true", "true", (char *)NULL); _exit(1); }
	waitpid(child, NULL, 0);
	made(1);
	return 0;
}`,
	executable: 3,
	interpreter: 6,
	atSites: true,
});
run('so they are where a signal handler calls between others', counts, {
	main: `${bothWays}static volatile long handled;
static void handle(int signal) { (void)signal; handled++; made(1); }
int main(void) {
	struct itimerval often = { { 0, 100 }, { 0, 100 } }, never = { { 0, 0 }, { 0, 0 } };
	signal(SIGALRM, handle);
	setitimer(ITIMER_REAL, &often, NULL);
	long times = 0;
	while (handled < 500) { made(100); times += 100; }
	setitimer(ITIMER_REAL, &never, NULL);
	made(50000000 - times - handled);
	return 0;
}`,
	executable: 50_000_000,
	interpreter: 100_000_000,
	atSites: true,
});
run('so they are up to a SIGKILL', counts, {
	main: `${bothWays}int main(void) { made(3); kill(getpid(), SIGKILL); }`,
	executable: 3,
	interpreter: 6,
	ends: {signal: 'SIGKILL'},
	atSites: true,
});

run('where a stub adds one in another thread than the main one, it adds with a lock', async t => {
	const work = workshop(t);
	const source = 'int plain(int n) { __asm__ volatile("nop; nop; nop; nop; nop; nop; nop; nop"); return n + 1; }';
	const elfPath = work.compile('libmine.so', `${source} int twice(int n) { return plain(plain(n)); }`, [
		...['-O2', '-shared', '-fPIC', '-Wl,-Bsymbolic'],
	]);
	const {blob} = await prepareEntries({
		elfPath,
		functions: ['plain', 'twice'].map((symbol, slot) => ({symbol, slot})),
		toSharedRow: 2,
		folded: new Set(),
		atSites: true,
		env: {},
		folder: work.folder,
	});
	const shown = execFileSync('objdump', ['-D', '-b', 'binary', '-m', 'i386:x86-64', blob], {encoding: 'utf8'});
	// The number of a thread that is not the main one is negative: that is where the jump leads.
	const elsewhere = [...shown.matchAll(/\tjs +0x([0-9a-f]+)$/gm)].map(([, target]) => target);
	t.true(
		elsewhere.some(target => new RegExp(`^ *${target}:.*\\tlock incq `, 'm').test(shown)),
		shown,
	);
	t.false(
		elsewhere.some(target => new RegExp(`^ *${target}:.*\\t(?!lock)[a-z ]*incq `, 'm').test(shown)),
		shown,
	);
});
