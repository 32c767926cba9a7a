/** This file leaves overridden and patched functions by other ways than a return: exceptions, longjmp, contexts, backtraces, forks. */

import {execFileSync, spawnSync} from 'node:child_process';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {cli} from '../support/cli.js';
import {entered} from '../support/entered.js';
import {machine, needing} from '../support/needs.js';
import {python} from '../support/python.js';
import {sweptProgram} from '../support/swept-program.js';
import {workshop} from '../support/workshop.js';

/** `pass` calls what it is given, as its first instructions that are no prologue: a patch of its entry displaces the call as well. */
const library = `
#include <execinfo.h>
extern "C" {
int pass(int (*work)(int), int n) { return work(n) + 1; }
int plain(int n) { asm volatile(""); return n * 1000003; }
void *frames[64];
int depth(int n) { return n + (backtrace(frames, 64) > 0 ? backtrace(frames, 64) : 0); }
}`;

const head = `
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
extern "C" { int pass(int (*)(int), int); int plain(int); int depth(int); }
`;

/** Each ends with 0 where all went as it does bare. */
const programs = {
	'a C++ exception': `
		static int raise_it(int n) { if (plain(n) == -1) return 0; throw n; }
		int main() { int sum = 0;
			for (int i = 0; i < 100; i++) try { pass(raise_it, i); } catch (int n) { sum += n; }
			return sum != 4950; }`,
	longjmp: `
		static jmp_buf back;
		static int jump(int n) { plain(n); longjmp(back, n + 1); }
		int main() { volatile int count = 0;
			for (volatile int i = 0; i < 100; i++) if (setjmp(back) == 0) pass(jump, i); else count++;
			return count != 100; }`,
	'a switch of contexts': `
		static ucontext_t home, other; static char stack[65536]; static int turns;
		static int turn(int n) { turns++; swapcontext(&other, &home); return plain(n); }
		static void run() { for (;;) pass(turn, turns); }
		int main() { getcontext(&other); other.uc_stack.ss_sp = stack; other.uc_stack.ss_size = sizeof stack;
			other.uc_link = nullptr; makecontext(&other, run, 0);
			for (int i = 0; i < 100; i++) swapcontext(&home, &other);
			return turns != 100; }`,
	'a backtrace': `
		__attribute__((noinline, noclone)) static int below(int n) { return depth(n) - n; }
		int main() { int direct = below(0), through = pass(below, 0) - 1; return through != direct + 1; }`,
	'a signal on an alternate stack of 12,288 bytes': `
		static volatile int sum; static char small[12288] __attribute__((aligned(16)));
		static void take(int) { sum = sum + pass(plain, 1); }
		int main() { stack_t stack = {}; stack.ss_sp = small; stack.ss_size = sizeof small;
			struct sigaction action = {}; action.sa_handler = take; action.sa_flags = SA_ONSTACK;
			if (sigaltstack(&stack, nullptr) != 0 || sigaction(SIGUSR1, &action, nullptr) != 0) return 2;
			for (int i = 0; i < 100; i++) raise(SIGUSR1);
			return sum != 100 * 1000004; }`,
	'a call in a second namespace of the loader': `
		int main() { void *other = dlmopen(LM_ID_NEWLM, LIBRARY, RTLD_NOW);
			if (other == nullptr) return 2;
			auto far = (int (*)(int (*)(int), int))dlsym(other, "pass");
			long sum = 0;
			for (int i = 0; i < 10; i++) sum += far(plain, 1);
			return sum != 10000040 || pass(plain, 1) != 1000004; }`,
	'a fork in a thread': `
		static int fork_it(int n) { pid_t child = fork();
			if (child == 0) _exit(pass(plain, 1) == 1000004 ? 7 : 8);
			int status; waitpid(child, &status, 0); plain(n); return WEXITSTATUS(status); }
		static void *run(void *) { return (void *)(long)pass(fork_it, 1); }
		int main() { pthread_t thread; void *result; pthread_create(&thread, nullptr, run, nullptr);
			pthread_join(thread, &result); return (long)result != 8; }`,
} as const;

function built(t: ExecutionContext, what: keyof typeof programs) {
	const work = workshop(t);
	const compile = (name: string, source: string, flags: readonly string[]) => {
		const out = join(work.folder, name);
		// Bound at start: the loader's own saving of registers takes room on a small stack.
		const args = [
			'-x',
			'c++',
			'-',
			'-x',
			'none',
			'-O2',
			'-Wl,-z,now',
			'-fno-optimize-sibling-calls',
			...flags,
			'-o',
			out,
		];
		execFileSync('g++', args, {input: source, stdio: ['pipe', 'ignore', 'inherit']});
		return out;
	};
	const interpreter = compile('libflow.so', library, ['-shared', '-fPIC']);
	const main = compile('main', head + programs[what], [
		interpreter,
		`-Wl,-rpath,${work.folder}`,
		`-DLIBRARY="${interpreter}"`,
		'-pthread',
	]);
	t.notThrows(() => execFileSync(main), 'bare, it ends with 0');
	return {work, interpreter, main};
}

for (const what of Object.keys(programs) as (keyof typeof programs)[]) {
	test(`${what} passes through overridden functions, and each call is counted`, async t => {
		const {work, interpreter, main} = built(t, what);
		const swept = await sweptProgram(work, {command: [main], interpreter});
		t.deepEqual([swept.status, swept.stderr], [0, '']);
		t.true(swept.count('pass') > 0);
	});

	test(`${what} passes through patched functions, and each entry is counted`, async t => {
		const {work, interpreter, main} = built(t, what);
		const symbols = ['pass', 'plain', 'depth'];
		const ran = await entered({command: [main], interpreter, symbols, folder: work.folder});
		t.deepEqual([ran.status, ran.signal, ran.stderr, ran.left], [0, null, '', []]);
		t.true(ran.entries('pass') > 0);
	});
}

/** Its module has another name since 3.13. */
const them = `
try: import _interpreters as them
except ImportError: import _xxsubinterpreters as them`;
const hasThem = spawnSync(python, ['-S', '-c', them]).status === 0;

needing(machine(hasThem, 'a Python with subinterpreters'))(
	'a subinterpreter runs under run, in the main thread and in another one',
	t => {
		const program = `
import threading${them}
run = getattr(them, 'exec', None) or them.run_string
def one(): run(them.create(), 'import json; assert json.loads(json.dumps([1, 2])) == [1, 2]')
one()
thread = threading.Thread(target=one); thread.start(); thread.join()
print('both')`;
		const {status, stdout, stderr} = cli(['run', '--python', python, '-c', program]);
		t.deepEqual([status, stdout, stderr], [0, 'both\n', '']);
	},
);
