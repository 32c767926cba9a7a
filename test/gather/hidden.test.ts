/** This file tests that an allocator which a file holds for itself is found, and nothing else is taken for one. */

import {execFileSync} from 'node:child_process';
import test from 'ava';
import {hiddenAllocator} from '../../src/gather/hidden.js';
import {workshop} from '../support/workshop.js';

const functions = `
	#include <stddef.h>
	#define HIDDEN VISIBILITY
	HIDDEN void *malloc(size_t size) { return 0; }
	HIDDEN void free(void *block) { }
	int main(void) { free(malloc(1)); return 0; }`;

const holds = test.macro<[source: string, strip: boolean, found: readonly string[]]>((t, source, strip, found) => {
	const path = workshop(t).compile('program', source, ['-w', '-O0', '-fno-builtin', '-rdynamic']);
	if (strip) execFileSync('strip', [path]);
	t.deepEqual(hiddenAllocator(path, {}), found);
});

const hidden = functions.replace('VISIBILITY', '__attribute__((visibility("hidden")))');

test('a hidden allocator is one that the file holds for itself', holds, hidden, false, ['malloc', 'free']);
test('one that is exported is not', holds, functions.replace('VISIBILITY', ''), false, []);
test('of a stripped file nothing is known', holds, hidden, true, []);
test(
	'a function of another purpose that is called like one of libc’s is none',
	holds,
	'static int free(int a) { return a; } int main(void) { return free(0); }',
	false,
	[],
);
test(
	'libc’s own is none of the file',
	holds,
	'#include <stdlib.h>\nint main(void) { free(malloc(1)); return 0; }',
	false,
	[],
);
