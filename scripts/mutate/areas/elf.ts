/** This file lists what the tests of one part must notice: the reading of ELF. */

import type {Mutant} from '../mutant.js';

export const elfMutants: readonly Mutant[] = [
	{
		wrong: 'the last hashed symbol is left out',
		file: 'src/elf/hash.ts',
		find: '\treturn last + 1;',
		replace: '\treturn last;',
		tests: ['test/elf/read.test.ts'],
	},
	{
		wrong: 'a hidden version is taken for the default',
		file: 'src/elf/versions.ts',
		find: 'hidden: (entry & VERSYM_HIDDEN) !== 0',
		replace: 'hidden: false',
		tests: ['test/elf/read.test.ts'],
	},
	{
		wrong: 'an odd RELR word names an address',
		file: 'src/elf/relocations.ts',
		find: 'if ((low & 1) === 0) {',
		replace: 'if (low >= 0) {',
		tests: ['test/truth/gcc.test.ts'],
	},
	{
		wrong: 'PLT relocations that are counted twice are read twice',
		file: 'src/elf/relocations.ts',
		find: '? {address: table.address, size: table.size - plt.size}',
		replace: '? table',
		tests: ['test/elf/read.test.ts'],
	},
	{
		wrong: 'a local symbol is exported',
		file: 'src/elf/symbols.ts',
		find: "['local', 'global', 'weak']",
		replace: "['global', 'global', 'weak']",
		tests: ['test/elf/read.test.ts', 'test/gather/static.test.ts'],
	},
	{
		wrong: 'packed relocations that share their distance have none',
		file: 'src/elf/android-relocations.ts',
		find: 'sharesDistance ? distance : next();',
		replace: 'sharesDistance ? 0 : next();',
		tests: ['test/elf/packed.test.ts'],
	},
	{
		wrong: 'a short RELR may stand for any number of words',
		file: 'src/elf/relocations.ts',
		find: 'left -= 1;',
		replace: 'left -= 0;',
		tests: ['test/elf/packed.test.ts'],
	},
];
