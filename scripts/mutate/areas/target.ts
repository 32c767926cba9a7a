/** This file lists what the tests of one part must notice: finding and describing Pythons. */

import type {Mutant} from '../mutant.js';

export const targetMutants: readonly Mutant[] = [
	{
		wrong: 'a Python is what it said the last time, whatever it says now',
		file: 'src/target/describe.ts',
		find: 'if (expected !== null && isDeepStrictEqual(spoken, expected.spoken))',
		replace: 'if (expected !== null)',
		tests: ['test/target/describe.test.ts'],
	},
	{
		wrong: 'a preloaded library of the user’s reaches the Python under test',
		file: 'src/target/environment.ts',
		find: "['HOME', 'LD_LIBRARY_PATH', 'PATH', 'TMPDIR']",
		replace: "['HOME', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'PATH', 'TMPDIR']",
		tests: ['test/target/environment.test.ts'],
	},
	{
		wrong: 'a wrapper sees what the user preloads',
		file: 'src/target/environment.ts',
		find: "!name.startsWith('PYTHON') && !(leftOut as readonly string[]).includes(name)",
		replace: "!name.startsWith('PYTHON')",
		tests: ['test/target/environment.test.ts'],
	},
	{
		wrong: 'a file for another machine is started',
		file: 'src/target/sniff.ts',
		find: 'if (!sameMachine(header, host)) {',
		replace: 'if (false) {',
		tests: ['test/target/sniff.test.ts'],
	},
	{
		wrong: 'a directory is opened as a file',
		file: 'src/target/sniff.ts',
		find: 'if (status.isDirectory()) throw',
		replace: 'if (false) throw',
		tests: ['test/target/sniff.test.ts'],
	},
	{
		wrong: 'two names of one file are tested twice',
		file: 'src/target/find.ts',
		find: 'if (first === undefined) byFile.set(key, target);',
		replace: 'if (first === undefined) byFile.set(key + target.given, target);',
		tests: ['test/target/find.test.ts'],
	},
	{
		wrong: 'a static interpreter that says it is shared is no finding',
		file: 'src/target/findings.ts',
		find: "if (linkage === 'static' && shared === '1') {",
		replace: "if (linkage === 'static' && shared === '2') {",
		tests: ['test/target/findings.test.ts'],
	},
	{
		wrong: 'a flag that only extensions were built with counts for the interpreter',
		file: 'src/target/findings.ts',
		find: "new Set(['LDSHARED', 'CCSHARED', 'LDCXXSHARED'])",
		replace: "new Set(['CCSHARED'])",
		tests: ['test/target/findings.test.ts'],
	},
];
