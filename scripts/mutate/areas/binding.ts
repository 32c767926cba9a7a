/** This file lists what the tests of one part must notice: the static witness. */

import type {Mutant} from '../mutant.js';

export const bindingMutants: readonly Mutant[] = [
	{
		wrong: 'bnd before a stub’s jump is not understood',
		file: 'src/binding/code/x86-64-plt.ts',
		find: 'const bare = bytes[jump - 1] === 0xf2 ? jump - 1 : jump;',
		replace: 'const bare = jump;',
		tests: ['test/binding/plt.test.ts'],
	},
	{
		wrong: 'a compressed jump of riscv64 goes elsewhere',
		file: 'src/binding/code/riscv64-instruction.ts',
		find: 'bit(8, 10) |',
		replace: 'bit(8, 9) |',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'a slot of riscv64’s GOT is no slot',
		file: 'src/binding/got.ts',
		find: "(kind === 'ABSOLUTE' && isInGot(address))",
		replace: 'false',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'ppc64le’s local entry is no entry',
		file: 'src/binding/targets.ts',
		find: 'localEntry === address ? [address] : [address, localEntry]',
		replace: '[address]',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'a caller that has stored r2 itself enters no stub of ppc64le',
		file: 'src/binding/code/ppc64le-plt.ts',
		find: 'if (word(load.begin - 4) === stdR2) stubs',
		replace: 'if (word(load.begin - 4) === 0) stubs',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'BRASL of s390x is a jump',
		file: 'src/binding/code/s390x.ts',
		find: 'if (low === 5) return make(long(), {isCall: true});',
		replace: 'if (low === 5) return make(long());',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'the GOT of i386 is not known where a POP takes the address of the code',
		file: 'src/binding/code/i386.ts',
		find: 'registers.move(first & 7, stackTop);',
		replace: 'registers.forget(first & 7);',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'Thumb’s entry of a stub is unknown',
		file: 'src/binding/code/arm-plt.ts',
		find: 'forThumb.includes(word(at - 4))',
		replace: 'word(at - 4) === 0',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'BLX of Thumb goes where BL would',
		file: 'src/binding/code/thumb.ts',
		find: '(isToArm ? align(at + ahead) : at + ahead) + far',
		replace: 'at + ahead + far',
		tests: ['test/binding/ports.test.ts'],
	},
	{
		wrong: 'PC-relative relocations are no references',
		file: 'src/binding/data-references.ts',
		find: "\t\t\tcase 'ABSOLUTE':\n\t\t\tcase 'PC_RELATIVE': {",
		replace: "\t\t\tcase 'PC_RELATIVE':\n\t\t\t\tbreak;\n\t\t\tcase 'ABSOLUTE': {",
		tests: ['test/binding/pc-relative.test.ts'],
	},
	{
		wrong: 'a call of a function by itself is bound',
		file: 'src/binding/code-references.ts',
		find: "visit(target, isInside ? 'recursive' : 'bound', 'call', 'direct', at);",
		replace: "visit(target, 'bound', 'call', 'direct', at);",
		tests: ['test/truth/gcc.test.ts'],
	},
	{
		wrong: 'a protected symbol can be overridden',
		file: 'src/binding/targets.ts',
		find: " && visibility !== 'protected' ? 'preemptible'",
		replace: " ? 'preemptible'",
		tests: ['test/truth/gcc.test.ts'],
	},
	{
		wrong: 'bound data does not prove the linker’s hand',
		file: 'src/binding/mode.ts',
		find: 'if (!unexplained.some(({boundData}) => boundData > 0)) {',
		replace: 'if (unexplained.length > 0) {',
		tests: ['test/binding/mode.test.ts', 'test/truth/gcc.test.ts'],
	},
];
