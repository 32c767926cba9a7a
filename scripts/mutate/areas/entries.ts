/** This file lists what the tests of one part must notice: entry counters. */

import type {Mutant} from '../mutant.js';

export const entriesMutants: readonly Mutant[] = [
	{
		wrong: 'a function that reads the flags may lose them',
		file: 'src/entries/x86-64/relocate.ts',
		find: 'if ((instruction.rflagsRead & status) !== 0) return false;\n',
		replace: '',
		tests: ['test/entries/flags.test.ts'],
	},
	{
		wrong: 'what stands behind a branch makes flags dead',
		file: 'src/entries/x86-64/relocate.ts',
		find: ' || instruction.flowControl !== FlowControl.Next) return false;',
		replace: ') return false;',
		tests: ['test/entries/flags.test.ts'],
	},
	{
		wrong: 'a short conditional branch is encoded as another condition',
		file: 'src/entries/x86-64/relocate.ts',
		find: 'Uint8Array.of(0x0f, opcode + 0x10,',
		replace: 'Uint8Array.of(0x0f, (opcode + 0x10) ^ 1,',
		tests: ['test/entries/prologues.test.ts'],
	},
	{
		wrong: 'a function too short for a jump is patched all the same',
		file: 'src/entries/x86-64/relocate.ts',
		find: 'if (mnemonic !== iced.Mnemonic.Nop && mnemonic !== iced.Mnemonic.Int3) return false;',
		replace: 'if (mnemonic === iced.Mnemonic.Nop) return true;',
		tests: ['test/entries/prologues.test.ts'],
	},
	{
		wrong: 'what counts in other threads counts without a lock',
		file: 'src/entries/x86-64/stub.ts',
		find: 'const addOne = [0xf0, 0x48,',
		replace: 'const addOne = [0x3e, 0x48,',
		tests: ['test/native/entries.test.ts'],
	},
	{
		wrong: 'an entry counter beside the ledger counts under the next function',
		file: 'src/entries/blob.ts',
		find: 'entry.slot === null ? null : bypassed(entry.slot)',
		replace: 'entry.slot === null ? null : bypassed(entry.slot + 1)',
		tests: ['test/gather/sweep/at-sites.test.ts'],
	},
];
