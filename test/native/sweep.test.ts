/** This file shows what the sweep counts and what it leaves as it is, on small libraries of C. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {plainName} from '../../src/catalog/related.js';
import {readElf} from '../../src/elf/elf.js';
import {gatherStatic} from '../../src/gather/static.js';
import {exportedSlots, ourNeeds} from '../../src/gather/sweep/slots.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {needing} from '../support/needs.js';
import {emulated, emulation, here, type Machine, shimFor, sweptProgram} from '../support/swept-program.js';
import {type Workshop, workshop} from '../support/workshop.js';

const functions = / [TWi] | U /;

function nm(path: string, flag: string, kinds = functions): string[] {
	const lines = execFileSync('nm', ['-D', flag, '--without-symbol-versions', path], {encoding: 'utf8'})
		.trim()
		.split('\n');
	return [...new Set(lines.filter(line => kinds.test(line)).map(line => line.split(' ').at(-1) ?? ''))].sort();
}

const survivor = `
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
extern int work(int);
static void *many(void *unused) { for (int i = 0; i < 1000000; i++) work(i); return unused; }
static void calls(int n) { while (n--) work(n); }
static volatile int stop;
static int visit(struct dl_phdr_info *info, size_t size, void *data) { return 0; }
/* Holds the loader's lock most of the time. */
static void *loads(void *unused) { while (!stop) dl_iterate_phdr(visit, NULL); return unused; }
static __attribute__((noinline)) void again(void) { work(2); work(3); }
static void on_signal(int signal) { (void)signal; work(0); }
int main(int argc, char **argv)
{
	const char *end = argv[1];
	pid_t child;
	calls(5);
	if (argc > 2) { calls(100); return 9; }
	if (!strcmp(end, "threads")) {
		pthread_t threads[8];
		for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, many, NULL);
		calls(1000000);
		for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
	}
	if (!strcmp(end, "signals")) {
		signal(SIGALRM, on_signal);
		for (int i = 0; i < 100000; i++) { if (i % 100 == 0) raise(SIGALRM); work(i); }
	}
	if (!strcmp(end, "fork")) { if ((child = fork()) == 0) { calls(1000); _exit(0); } waitpid(child, NULL, 0); calls(1); }
	if (!strcmp(end, "loading")) {
		pthread_t threads[4];
		for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, loads, NULL);
		for (int i = 0; i < 50; i++) { if ((child = fork()) == 0) { alarm(20); work(1); again(); _exit(0); } int status; waitpid(child, &status, 0); if (status != 0) return 8; }
		stop = 1;
		for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
	}
	if (!strcmp(end, "vfork")) { if ((child = vfork()) == 0) execl("/bin/true", "true", (char *)NULL); waitpid(child, NULL, 0); calls(1); }
	if (!strcmp(end, "exec")) execl(argv[0], argv[0], "exec", "again", (char *)NULL);
	if (!strcmp(end, "spawn")) return system(argc > 3 ? "" : "test -z \\"$LD_PRELOAD\\"");
	if (!strcmp(end, "_exit")) _exit(3);
	if (!strcmp(end, "kill")) kill(getpid(), SIGKILL);
	if (!strcmp(end, "crash")) raise(SIGSEGV);
	if (!strcmp(end, "abort")) abort();
	return 0;
}
`;

function fixture(
	work: Workshop,
	library: string,
	program: string,
	flags: readonly string[] = [],
	{compiler}: Machine = here,
): {library: string; program: string} {
	const made = work.compile(
		'libfixture.so',
		library,
		['-w', '-O1', '-shared', '-fPIC', '-fno-inline', '-Wl,-soname,libfixture.so', ...flags],
		compiler,
	);
	const linking = ['-w', '-O1', '-fno-optimize-sibling-calls', '-pthread', made, `-Wl,-rpath,${work.folder}`, '-ldl'];
	return {library: made, program: work.compile('program', program, linking, compiler)};
}

interface End {
	readonly end: string;
	readonly calls: number;
	readonly ends: {readonly status: number} | {readonly signal: NodeJS.Signals};
}

const keeps = test.macro(async (t, {end, calls, ends}: End, machine: Machine = here) => {
	const work = workshop(t);
	const {library, program} = fixture(work, 'int work(int a) { return a + 1; }', survivor, [], machine);
	const seen = await sweptProgram(work, {command: [program, end], interpreter: library, machine});
	t.like(seen, {status: null, signal: null, ...ends}, seen.stderr);
	t.true(seen.ready);
	t.is(seen.count('work'), calls);
	t.is(seen.count('work', 'executable'), calls);
});

test('a normal end loses no count', keeps, {end: 'end', calls: 5, ends: {status: 0}});
test('nine threads of 1,000,000 calls each lose none', keeps, {end: 'threads', calls: 9_000_005, ends: {status: 0}});
test('a signal handler that calls what it interrupted loses none', keeps, {
	end: 'signals',
	calls: 101_005,
	ends: {status: 0},
});
test('a forked child is not counted, and its parent is', keeps, {end: 'fork', calls: 6, ends: {status: 0}});
test('a child that is forked while another thread asks the loader comes to no harm', keeps, {
	end: 'loading',
	calls: 5,
	ends: {status: 0},
});
test('a vforked child does not stop its parent from counting', keeps, {end: 'vfork', calls: 6, ends: {status: 0}});
test('a program that the process becomes is not counted', keeps, {end: 'exec', calls: 5, ends: {status: 9}});
test('a program that the process starts has no LD_PRELOAD', keeps, {end: 'spawn', calls: 5, ends: {status: 0}});
test('_exit loses no count', keeps, {end: '_exit', calls: 5, ends: {status: 3}});
test('SIGKILL loses no count', keeps, {end: 'kill', calls: 5, ends: {signal: 'SIGKILL'}});
test('a segmentation fault loses no count', keeps, {end: 'crash', calls: 5, ends: {signal: 'SIGSEGV'}});
test('an abort loses no count', keeps, {end: 'abort', calls: 5, ends: {signal: 'SIGABRT'}});

test('a call from a constructor that runs before the shim has begun is counted', async t => {
	const work = workshop(t);
	const early = `int work(int); __attribute__((constructor)) static void early(void) { for (int i = 0; i < 7; i++) work(i); }`;
	const library = work.compile('libfixture.so', 'int work(int a) { return a; }', [
		'-shared',
		'-fPIC',
		'-Wl,-soname,libfixture.so',
	]);
	const rpath = `-Wl,-rpath,${work.folder}`;
	const before = work.compile('libearly.so', early, ['-shared', '-fPIC', library, rpath, '-Wl,-soname,libearly.so']);
	const program = work.compile('program', 'int main(void) { return 0; }', [
		'-Wl,--no-as-needed',
		before,
		library,
		rpath,
	]);
	const seen = await sweptProgram(work, {command: [program], interpreter: library});
	t.is(seen.status, 0, seen.stderr);
	t.is(seen.count('work', 'library'), 7);
});

/** Not counted: what unloads objects, and what starts other programs. */
const standsBefore = ['dlclose', 'execv', 'execve', 'popen', 'posix_spawn', 'posix_spawnp'];

test('a shim exports the functions of its interpreter, and one canary', async t => {
	const work = workshop(t);
	const source =
		'int data = 1; int one(void) { return data; } __attribute__((weak)) int two(void) { return 2; } static int three(void) { return 3; } int (*table)(void) = three; __attribute__((visibility("protected"))) int four(void) { return 4; }';
	const library = work.compile('libfixture.so', source, ['-shared', '-fPIC']);
	const [shim, runtime] = await shimFor(work, library);
	const own = (name: string) => name.startsWith('pyinterpose_sweep_');
	const others = (names: readonly string[]) => names.filter(name => !own(name));
	t.deepEqual(
		others(nm(shim, '--defined-only')),
		[...nm(library, '--defined-only'), 'pyinterpose_canary_sweep'].sort(),
	);
	t.deepEqual(others(nm(runtime, '--defined-only')), [...standsBefore, 'pyinterpose_canary_sweep_runtime', 'system']);
	// What the one wants of the other is there.
	for (const [one, other] of [
		[shim, runtime],
		[runtime, shim],
	] as const) {
		const wanted = nm(one, '-u').filter(own);
		t.true(wanted.length > 2);
		t.deepEqual(
			wanted.filter(name => !nm(other, '--defined-only', / [A-Z] /).includes(name)),
			[],
		);
	}
	t.deepEqual(nm(library, '--defined-only'), ['four', 'one', 'two']);
});

test('each version of a symbol is overridden by its own, and goes on to its own', async t => {
	const work = workshop(t);
	const source = `
int old_answer(void) { return 1; } __asm__(".symver old_answer, answer@V1");
int new_answer(void) { return 2; } __asm__(".symver new_answer, answer@@V2");
int plain(void) { return 3; }`;
	const map = work.file('map', 'V1 { global: plain; local: *_answer; }; V2 { } V1;');
	const client = `
#include <stdio.h>
int plain(void); int answer(void); int old(void); __asm__(".symver old, answer@V1");
int main(void) { for (int i = 0; i < 3; i++) answer(); printf("%d %d %d\\n", old(), answer(), plain()); return 0; }`;
	const {library, program} = fixture(work, source, client, [`-Wl,--version-script=${map}`]);
	const seen = await sweptProgram(work, {command: [program], interpreter: library});
	t.is(seen.stdout, '1 2 3\n', seen.stderr);
	t.deepEqual([seen.count('answer@V1'), seen.count('answer'), seen.count('plain')], [1, 4, 1]);
});

test('an indirect function is overridden and resolved as before', async t => {
	const work = workshop(t);
	const source = `
static int real(int a) { return a * 3; }
static int (*choose(void))(int) { return real; }
int chosen(int) __attribute__((ifunc("choose")));`;
	const client = 'int chosen(int); int main(void) { return chosen(4) + chosen(5) == 27 ? 0 : 1; }';
	const {library, program} = fixture(work, source, client);
	const seen = await sweptProgram(work, {command: [program], interpreter: library});
	t.is(seen.status, 0, seen.stderr);
	t.is(seen.count('chosen', 'executable'), 2);
});

const interpreter = `
int last(int a) { return a + 1; }
int first(int a) { return last(a); }
int (*pointer)(int) = last;
int by_pointer(int a) { return pointer(a); }
`;

/** An extension that calls, tail-calls and is tail-called. */
const extension = `
int last(int); int first(int); extern int (*pointer)(int);
int direct(int a) { return last(a) * 2; }
int through(int a) { return first(a) * 2; }
static __attribute__((noinline)) int own(int a) { __asm__ volatile(""); return last(a); }
int inner(int a) { return own(a) * 2; }
int by_address(int a) { return pointer(a) * 2; }
void *PyInit_fixture(void) { return 0; }
`;

const tail = test.macro(async (t: ExecutionContext, flags: readonly string[], machine: Machine = here) => {
	const work = workshop(t);
	const library = work.compile(
		'libfixture.so',
		interpreter,
		['-shared', '-fPIC', '-O2', '-fno-inline', '-Wl,-soname,libfixture.so', ...flags],
		machine.compiler,
	);
	const rpath = `-Wl,-rpath,${work.folder}`;
	const module = work.compile(
		'libmodule.so',
		extension,
		['-shared', '-fPIC', '-O2', library, rpath, '-Wl,-soname,libmodule.so', ...flags],
		machine.compiler,
	);
	const client =
		'int direct(int), through(int), inner(int), by_address(int); int main(void) { for (int i = 0; i < 10; i++) { direct(i); direct(i); through(i); inner(i); by_address(i); } return 0; }';
	const program = work.compile('program', client, [module, library, rpath], machine.compiler);
	const seen = await sweptProgram(work, {command: [program], interpreter: library, machine});
	t.is(seen.status, 0, seen.stderr);
	t.is(seen.count('first', 'extension'), 10);
	t.is(seen.reattributed('first'), 0);
	// Twice from \`direct\`, once from \`own\`, which jumps within its own object, once through the pointer.
	t.is(seen.count('last', 'extension'), 40);
	t.is(seen.count('last', 'interpreter'), 10);
	t.is(seen.reattributed('last'), 10);
	t.is(seen.reattributed('last', 'extension'), 10);
});

test('a tail call is counted under the object that jumps, not under the one that it returns to', tail, []);
test('so it is where calls go through slots instead of a PLT', tail, ['-fno-plt']);
test('so it is where symbols are bound at the start', tail, ['-Wl,-z,now']);

const bound = test.macro(
	async (
		t: ExecutionContext,
		source: string,
		caller: 'interpreter' | 'extension',
		uncertain: number,
		machine: Machine = here,
	) => {
		const work = workshop(t);
		const body =
			'int last(int a) { return a + 1; } int named(int a) { return a; } int call(int (*f)(int)) { return f(3) * 2; } int other(int a) { return last(a) * 2; }';
		const library = work.compile(
			'libfixture.so',
			body,
			['-shared', '-fPIC', '-O2', '-fno-inline', '-Wl,-Bsymbolic', '-Wl,-soname,libfixture.so'],
			machine.compiler,
		);
		const rpath = `-Wl,-rpath,${work.folder}`;
		const module = work.compile(
			'libmodule.so',
			`int last(int); ${source} void *PyInit_fixture(void) { return 0; }`,
			['-shared', '-fPIC', '-O2', library, rpath, '-Wl,-soname,libmodule.so'],
			machine.compiler,
		);
		const client =
			'int call(int (*)(int)), other(int); int (*pass(void))(int); int main(void) { for (int i = 0; i < 10; i++) { call(pass()); other(i); } return 0; }';
		const program = work.compile('program', client, [module, library, rpath], machine.compiler);
		const references = (await gatherStatic(library, {env: {}})).bySymbol;
		const seen = await sweptProgram(work, {command: [program], interpreter: library, references, machine});
		t.is(seen.status, 0, seen.stderr);
		t.deepEqual([seen.count('last', caller), seen.count('last'), seen.uncertain('last')], [10, 10, uncertain]);
	},
);

const jump = 'static int jumps(int a) { return last(a); } int (*pass(void))(int) { return jumps; }';
const address = 'int (*table[])(int) = {last}; int (*pass(void))(int) { return table[0]; }';
const both =
	'int (*table[])(int) = {last}; int jumps(int a) { return last(a); } int (*pass(void))(int) { return table[0]; }';
test(
	"where an interpreter names no override, a jump of what it calls is the jumper's call",
	bound,
	jump,
	'extension',
	0,
);
test('so it is not where the interpreter has the address from another object', bound, address, 'interpreter', 0);
test('where it may be either, that is said', bound, both, 'interpreter', 10);

const crossed = needing(...emulation);
crossed(
	'nine threads lose no count on aarch64',
	keeps,
	{end: 'threads', calls: 9_000_005, ends: {status: 0}},
	emulated,
);
crossed(
	'a signal handler loses no count on aarch64',
	keeps,
	{end: 'signals', calls: 101_005, ends: {status: 0}},
	emulated,
);
crossed('a forked child is not counted on aarch64', keeps, {end: 'fork', calls: 6, ends: {status: 0}}, emulated);
crossed('a tail call is counted under the object that jumps on aarch64', tail, [], emulated);
crossed(
	"where an interpreter names no override, a jump is the jumper's call on aarch64",
	bound,
	jump,
	'extension',
	0,
	emulated,
);
crossed('so it is not where the interpreter has the address, on aarch64', bound, address, 'interpreter', 0, emulated);

test('what the runtime calls is never overridden', t => {
	const needed = nm(join(nativeFolder, 'sweep.so'), '-u').filter(name => !name.startsWith('pyinterpose_'));
	t.true(needed.length > 10);
	t.deepEqual(
		needed.filter(name => !ourNeeds.has(name) && !ourNeeds.has(plainName(name))),
		[],
	);
});

test('an interpreter that defines what the runtime calls is swept without that', async t => {
	const work = workshop(t);
	const source =
		'int strcmp(const char *a, const char *b) { return *a - *b; } int work(int a) { return a; } void _init(void) {} ';
	const library = work.compile('libfixture.so', source, ['-w', '-shared', '-fPIC', '-nostartfiles']);
	const {slots, leftOut} = exportedSlots(readElf(readFileSync(library)));
	t.deepEqual(
		slots.map(({symbol}) => symbol),
		['work'],
	);
	t.deepEqual(
		leftOut.map(({symbol}) => symbol),
		['_init', 'strcmp'],
	);
	await t.notThrowsAsync(shimFor(work, library));
});
