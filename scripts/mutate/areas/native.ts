/** This file lists what the tests of one part must notice: what runs in the target. */

import type {Mutant} from '../mutant.js';

export const nativeMutants: readonly Mutant[] = [
	{
		wrong: 'PyInitU_ modules of one byte’s name are libraries',
		file: 'native/objects.c',
		find: ' || strncmp(symbol, "PyInitU_", 8) == 0)',
		replace: ')',
		tests: ['test/native/roles.test.ts'],
	},
	{
		wrong: 'a conditional jump is no tail call',
		file: 'native/sweep/jumps.c',
		find: 'int jump = at[0] == 0xe9 || (at[0] == 0x0f && (at[1] & 0xf0) == 0x80);',
		replace: 'int jump = at[0] == 0xe9;',
		tests: ['test/native/jumps.test.ts'],
	},
	{
		wrong: 'a forked child asks the loader who calls',
		file: 'native/count.c',
		find: '\tif (in_forked_child)\n',
		replace: '\tif (0)\n',
		tests: ['test/native/forked-child.test.ts'],
	},
];
