/** This file shows which line of a build's log is given as the reason of its failure. */

import test from 'ava';
import {complaint} from '../../src/lab/step.js';

const rows: readonly (readonly [title: string, log: string, line: string])[] = [
	[
		'the compiler’s error, not what make says of it',
		'cc -c a.c\na.c:1:2: error: no such thing\nmake: *** [a.o] Error 1\n',
		'a.c:1:2: error: no such thing',
	],
	[
		'a full disk before all that follows from it',
		'a.c:1: error: odd\nas: a.o: No space left on device\nmake: *** [a.o] Error 1\n',
		'as: a.o: No space left on device',
	],
	[
		'configure’s error',
		'checking\nconfigure: error: no acceptable C compiler\nmore\n',
		'configure: error: no acceptable C compiler',
	],
	[
		'make’s own words where nobody else says anything',
		'x\nmake: *** No rule to make target\n',
		'make: *** No rule to make target',
	],
	['the last line where nothing is marked', 'one\ntwo\n\n', 'two'],
	['that there is none', '', 'It said nothing.'],
];

for (const [title, log, line] of rows) {
	test(`the reason of a failure is ${title}`, t => t.is(complaint(log), line));
}
