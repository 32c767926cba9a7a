/** This file shows that a conditional jump to an imported function is a tail call as an unconditional one is. */

import test from 'ava';
import {gatherStatic} from '../../src/gather/static.js';
import {needing, x86} from '../support/needs.js';
import {sweptProgram} from '../support/swept-program.js';
import {workshop} from '../support/workshop.js';

/** The extension's function jumps to `last`, and so returns to the interpreter, which called it. */
const tail = test.macro(async (t, jump: string, beside = '') => {
	const work = workshop(t);
	const library = work.compile(
		'libfixture.so',
		'int last(int a) { return a + 1; } int call(int (*f)(int), int a) { return f(a) * 2; }',
		['-shared', '-fPIC', '-O2', '-Wl,-Bsymbolic', '-Wl,-soname,libfixture.so'],
	);
	const module = work.compile(
		'libmodule.so',
		`__asm__(".globl jumps\\n .type jumps, @function\\njumps: test %edi, %edi\\n ${jump} last@PLT\\n mov %edi, %eax\\n ret");
		int jumps(int);
		int (*pass(void))(int) { return jumps; } ${beside}
		void *PyInit_fixture(void) { return 0; }`,
		['-shared', '-fPIC', library, `-Wl,-rpath,${work.folder}`],
	);
	const client =
		'int call(int (*)(int), int), (*pass(void))(int); int main(void) { for (int i = 1; i < 8; i++) call(pass(), i); return 0; }';
	const program = work.compile('program', client, [module, library, `-Wl,-rpath,${work.folder}`]);
	const references = (await gatherStatic(library, {env: {}})).bySymbol;
	const seen = await sweptProgram(work, {command: [program], interpreter: library, references});
	t.is(seen.status, 0, seen.stderr);
	t.deepEqual([seen.count('last', 'extension'), seen.count('last', 'interpreter')], [7, 0]);
});

const run = needing(x86);
run('a jump', tail, 'jmp');
run('a conditional jump', tail, 'jne');
run('a conditional jump of another condition', tail, 'jg');
// Where nothing else uses the stub, that alone would tell.
run('a conditional jump beside a call', tail, 'jne', 'int last(int); int never(int a) { return last(a) + 1; }');
