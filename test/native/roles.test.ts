/** This file shows which objects count as extension modules: by what they export, whatever the file is called. */

import test from 'ava';
import {sweptProgram} from '../support/swept-program.js';
import {workshop} from '../support/workshop.js';

const counted = test.macro(async (t, file: string, entry: string, caller: 'extension' | 'library') => {
	const work = workshop(t);
	const library = work.compile('libfixture.so', 'int last(int a) { return a + 1; }', ['-shared', '-fPIC']);
	const source = `int last(int); int ask(int a) { return last(a) * 2; } void *${entry}(void) { return 0; }`;
	const module = work.compile(file, source, ['-shared', '-fPIC', library, `-Wl,-rpath,${work.folder}`]);
	const client = 'int ask(int); int main(void) { for (int i = 0; i < 7; i++) ask(i); return 0; }';
	const program = work.compile('program', client, [module, library, `-Wl,-rpath,${work.folder}`]);
	const seen = await sweptProgram(work, {command: [program], interpreter: library});
	t.is(seen.status, 0, seen.stderr);
	t.is(seen.count('last', caller), 7);
	t.is(seen.count('last'), 7);
});

test('PyInit_NAME makes an extension', counted, 'spam.so', 'PyInit_spam', 'extension');
test('PyInitU_NAME, for names beyond ASCII, makes an extension', counted, 'x.so', 'PyInitU_wgv', 'extension');
test('initNAME of a file of that name makes an extension, as on 2.7', counted, 'spam.so', 'initspam', 'extension');
test('so it does where the file is NAMEmodule.so', counted, 'spammodule.so', 'initspam', 'extension');
test('initNAME of a file of another name makes none', counted, 'eggs.so', 'initspam', 'library');
test('another function makes none', counted, 'spam.so', 'spam', 'library');
