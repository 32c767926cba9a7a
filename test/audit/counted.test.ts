/** This file holds what an audit counts to what the library itself counts, and to programs whose calls are known. */

import {spawnSync} from 'node:child_process';
import test from 'ava';
import {
	audited,
	functionOf,
	overrideSource,
	preloadLibrary,
	type Scene,
	scene,
	told,
} from '../support/audited-program.js';

/** What the library counts by itself, with nobody watching. */
function ownCount({program, env}: Scene, library: string): number {
	const {stdout} = spawnSync(program, {env: {...env, LD_PRELOAD: library}, encoding: 'utf8'});
	return Number(/^entered (\d+)$/m.exec(stdout)?.[1]);
}

/** The interpreter's 1,000 calls and 30 jumps; the executable's 100 calls by name and 7 by an address. */
const whole = ['interpreter 1030/0 honored', 'executable 107/0 honored'];

const byJumpOrAddress =
	'executable 100/0/7 inconclusive of 7 calls the call site does not tell who made them: by an address, or by a jump of another';

const counts = test.macro(
	async (t, flags: readonly string[], library: readonly string[], expected: readonly string[], forwarded: number) => {
		const made = scene(t, flags);
		const path = preloadLibrary(made, 'override.so', library);
		const build = await audited(made, [path]);
		t.is(build.inconclusive, null);
		// That the program prints something else while it is watched would be a finding.
		t.deepEqual(build.findings, []);
		const leaf = functionOf(build, 'api_leaf');
		t.deepEqual(told(leaf), expected);
		t.is(leaf.forwarded, forwarded);
		t.is(
			leaf.calls.reduce((sum, {honored}) => sum + honored, 0),
			ownCount(made, path),
		);
	},
);

test('every call reaches a library that forwards by a call', counts, [], [], whole, 1137);
test('every call reaches a library that forwards by a jump', counts, [], ['-DJUMP'], whole, 1137);
test('every call reaches a library that never forwards', counts, [], ['-DNEVER'], whole, 0);
for (const [how, flag] of [
	['a call', []],
	['a jump', ['-DJUMP']],
] as const) {
	test(
		`with -Bsymbolic-functions only the executable's calls by name reach a library that forwards by ${how}`,
		counts,
		['-Wl,-Bsymbolic-functions'],
		flag,
		['interpreter 0/1030 bypassed symbolic-functions', byJumpOrAddress],
		100,
	);
}
test(
	'with -fno-semantic-interposition calls between two units still reach the library',
	counts,
	['-fno-semantic-interposition'],
	[],
	whole,
	1137,
);
test(
	'what is protected passes the library by where its own object calls it',
	counts,
	['-fvisibility=protected'],
	['-DJUMP'],
	['interpreter 0/1030 bypassed protected', byJumpOrAddress],
	100,
);

test(
	'calls by an address that was handed out pass by where nothing jumps to the function',
	counts,
	['-Wl,-Bsymbolic-functions', '-DNO_JUMP'],
	[],
	['interpreter 0/1030 bypassed symbolic-functions', 'executable 100/7 partial handed-out-address'],
	100,
);

/** Unoptimized, the operand of a move before the call reads like a direct call. Looks the function up on the library's handle, and calls it by that address; and the same with the loader's order. */
const asking = `
#define _GNU_SOURCE
#include <dlfcn.h>
int api_other(int x);
int main(void) {
	int (*own)(int) = (int (*)(int))dlsym(dlopen("libinterpreter.so", RTLD_NOW), "api_leaf");
	int (*first)(int) = (int (*)(int))dlsym(RTLD_DEFAULT, "api_leaf");
	int sum = api_other(1);
	for (int i = 0; i < 40; i++) sum += own(i);
	for (int i = 0; i < 9; i++) sum += first(i);
	return sum == 0;
}
`;

test('an address from a handle passes the library by, and the cause says so; one of RTLD_DEFAULT does not', async t => {
	const made = scene(t, ['-DNO_JUMP']);
	const program = made.work.compile('asking', asking, [`-L${made.work.folder}`, '-linterpreter']);
	const build = await audited({...made, program}, [preloadLibrary(made, 'override.so')]);
	t.deepEqual(told(functionOf(build, 'api_leaf')), ['interpreter 0/0 uncalled', 'executable 9/40 partial handle']);
});

test('threads are counted, and a forked child is not', async t => {
	const made = scene(t);
	const main = `
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
int api_calls(int times);
static void *work(void *unused) { api_calls(500); return unused; }
int main(void) {
	pthread_t threads[4];
	for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
	if (fork() == 0) { api_calls(10000); _exit(0); }
	wait(NULL);
	return 0;
}
`;
	const program = made.work.compile('threads', main, ['-O2', `-L${made.work.folder}`, '-linterpreter', '-pthread']);
	const build = await audited({...made, program}, [preloadLibrary(made, 'override.so', ['-DJUMP'])]);
	t.deepEqual(told(functionOf(build, 'api_leaf')), ['interpreter 2000/0 honored']);
});

test('where the executable defines the function itself, nothing reaches the library', async t => {
	const made = scene(t);
	const sources = ['interpreter.c', 'callers.c'].map(name => `${made.work.folder}/${name}`);
	const main = 'int api_calls(int times); int main(void) { return api_calls(1000) == 0; }';
	const program = made.work.compile('static', main, ['-O2', '-rdynamic', ...sources]);
	const path = preloadLibrary(made, 'override.so');
	const build = await audited({...made, program, interpreter: program}, [path]);
	t.deepEqual(told(functionOf(build, 'api_leaf')), ['interpreter 0/1000 bypassed executable-defines-it']);
	t.is(ownCount({...made, program}, path), 0);
});

test('a function that nobody calls is uncalled, with what would become of its calls', async t => {
	const made = scene(t);
	const source = 'int api_other(int x) { return x; }';
	const build = await audited(made, [preloadLibrary(made, 'other.so', [], source)]);
	const {calls} = functionOf(build, 'api_other');
	t.deepEqual(calls, []);
});

test('a function that has no room for a counter is not taken for uncalled', async t => {
	const made = scene(t);
	const build = await audited(made, [
		preloadLibrary(made, 'short.so', [], 'int api_calls(int times) { return times; }'),
	]);
	const {calls, uncounted} = functionOf(build, 'api_calls');
	t.is(uncounted, 'short.so: it is too short');
	t.like(calls[0], {caller: 'executable', honored: 0, bypassed: null, verdict: {kind: 'inconclusive'}});
});

test('a function that a resolver chooses is judged by the loader where its real entries cannot be counted', async t => {
	const made = scene(t);
	const chosen = `
static int chosen(int x) { return x * 5; }
static int (*choose(void))(int) { return chosen; }
int api_chosen(int x) __attribute__((ifunc("choose")));
int api_chooses(int times) { int sum = 0; for (int i = 0; i < times; i++) sum += api_chosen(i); return sum; }
`;
	const interpreter = made.work.compile('libinterpreter.so', chosen, ['-O2', '-fPIC', '-shared']);
	const main = 'int api_chooses(int times); int main(void) { return api_chooses(50) == 1; }';
	const program = made.work.compile('chooses', main, ['-O2', `-L${made.work.folder}`, '-linterpreter']);
	const source = 'int api_chosen(int x) { volatile int y = x; return y * 5; }';
	const build = await audited({...made, program, interpreter}, [preloadLibrary(made, 'chosen.so', [], source)]);
	const one = functionOf(build, 'api_chosen');
	t.regex(one.uncounted ?? '', /IFUNC/);
	t.deepEqual(told(one), ['interpreter 50/null honored']);
});

test('an object that is opened with RTLD_DEEPBIND passes the library by, and the cause says so', async t => {
	const made = scene(t);
	const user =
		'int api_leaf(int x); int use(int times) { int sum = 0; for (int i = 0; i < times; i++) sum += api_leaf(i); return sum; }';
	const link = ['-O2', `-L${made.work.folder}`, '-linterpreter'];
	made.work.compile('libuser.so', user, ['-fPIC', '-shared', ...link]);
	const main = `
#define _GNU_SOURCE
#include <dlfcn.h>
int api_calls(int times);
int main(void) {
	void *user = dlopen("libuser.so", RTLD_NOW | RTLD_DEEPBIND);
	return api_calls(10) + ((int (*)(int))dlsym(user, "use"))(400) == 0;
}
`;
	const program = made.work.compile('opens', main, link);
	const build = await audited({...made, program}, [preloadLibrary(made, 'override.so')]);
	t.deepEqual(told(functionOf(build, 'api_leaf')), ['interpreter 10/0 honored', 'library 0/400 bypassed deepbind']);
});

test('a call by name of a function that jumps to the overridden one is the call of the object that jumps', async t => {
	const made = scene(t);
	const main =
		'int api_jumps(int x); int main(void) { int sum = 0; for (int i = 0; i < 25; i++) sum += api_jumps(i); return sum == 1; }';
	const program = made.work.compile('jumps', main, ['-O2', `-L${made.work.folder}`, '-linterpreter']);
	const build = await audited({...made, program}, [preloadLibrary(made, 'override.so')]);
	t.deepEqual(told(functionOf(build, 'api_leaf')), ['interpreter 25/0 honored']);
});

test("a function's calls of itself are no calls that pass the library by", async t => {
	const made = scene(t);
	// Deep enough that the compiler keeps the call.
	const recursive = `
int api_depth(int x) { volatile int y = x; return y <= 0 ? 0 : 1 + api_depth(y - 1) * 3 + api_depth(y - 2); }
int api_asks(int x) { volatile int y = api_depth(x); return y; }
`;
	const interpreter = made.work.compile('libinterpreter.so', recursive, [
		'-O2',
		'-fPIC',
		'-shared',
		'-fno-semantic-interposition',
		'-fno-inline',
	]);
	const main =
		'int api_depth(int x); int main(void) { int sum = 0; for (int i = 0; i < 9; i++) sum += api_depth(6); return sum == 1; }';
	const program = made.work.compile('depth', main, ['-O2', `-L${made.work.folder}`, '-linterpreter']);
	const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
int api_depth(int x) {
	static int (*next)(int);
	if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "api_depth");
	return next(x) + 1;
}
`;
	const build = await audited({...made, program, interpreter}, [preloadLibrary(made, 'depth.so', [], source)]);
	const depth = functionOf(build, 'api_depth');
	t.like(
		depth.calls.find(({caller}) => caller === 'executable'),
		{honored: 9, bypassed: 0, verdict: {kind: 'honored'}},
	);
	t.is(depth.calls.find(({caller}) => caller === 'interpreter')?.bypassed ?? 0, 0);
	t.true(depth.aside.passed > 0);
});

test('a program that the library breaks under an audit module is watched in the other way, with the same counts', async t => {
	const made = scene(t);
	// As heaptrack does: under an audit module dlsym itself calls calloc.
	const looping = `${overrideSource}
void *calloc(unsigned long count, unsigned long size) {
	static void *(*next)(unsigned long, unsigned long);
	if (!next) next = (void *(*)(unsigned long, unsigned long))dlsym(RTLD_NEXT, "calloc");
	return next(count, size);
}
`;
	const build = await audited(made, [preloadLibrary(made, 'looping.so', [], looping)]);
	t.is(build.inconclusive, null);
	t.deepEqual(build.findings, []);
	t.deepEqual(told(functionOf(build, 'api_leaf')), whole);
});
