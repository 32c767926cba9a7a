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
	{
		wrong: 'an object whose every call is a jump is never told of',
		file: 'native/entries/entries.c',
		find: '\ttold_objects();\n',
		replace: '',
		tests: ['test/gather/told.test.ts'],
	},
	{
		wrong: 'every address is one from a handle',
		file: 'native/told.c',
		find: 'if (value == entry)',
		replace: 'if (value == entry + 1)',
		tests: ['test/gather/sweep/foreign.test.ts'],
	},
	{
		wrong: 'what a closed object was is believed of the next one there',
		file: 'native/unload.c',
		find: '\t\tobjects_forget();\n',
		replace: '',
		tests: ['test/gather/sweep/gdb.test.ts'],
	},
	{
		wrong: 'an init function of any name makes an extension',
		file: 'native/objects.c',
		find: 'if (strncmp(base, symbol + 4, name) != 0)\n',
		replace: 'if (0)\n',
		tests: ['test/native/roles.test.ts'],
	},
	{
		wrong: 'a libpython that is loaded with RTLD_LOCAL is not found',
		file: 'native/next.c',
		find: 'dlopen(name, RTLD_LAZY',
		replace: 'dlopen(NULL, RTLD_LAZY',
		tests: ['test/commands/run-embedder.test.ts'],
	},
	{
		wrong: 'what a program starts is counted by our shims, too',
		file: 'native/page.c',
		find: '\t\tunsetenv("LD_PRELOAD");\n',
		replace: '\t\t(void)user;\n',
		tests: ['test/commands/run.test.ts'],
	},
	{
		wrong: 'a ledger for other slots is counted in',
		file: 'native/page.c',
		find: 'page->slots == slots && ',
		replace: 'page->slots >= slots && ',
		tests: ['test/native/ledger-size.test.ts'],
	},
	{
		wrong: 'a program outlives a driver that was killed',
		file: 'native/tether.c',
		find: '\t\tcall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);\n',
		replace: '',
		tests: ['test/process/tether.test.ts'],
	},
	{
		wrong: 'a library’s own forwarding is a call of the program',
		file: 'native/audit/entered.c',
		find: 'int forward = same && place->library != ENTERED_LIBRARY(what);',
		replace: 'int forward = same && place == NULL;',
		tests: ['test/audit/counted.test.ts'],
	},
];
