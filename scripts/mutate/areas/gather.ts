/** This file lists what the tests of one part must notice: probes, effects, the sweep. */

import type {Mutant} from '../mutant.js';

export const gatherMutants: readonly Mutant[] = [
	{
		wrong: 'an effect that the control shows, too, is accepted',
		file: 'src/gather/counted/effects.ts',
		find: 'if (alone.outcome.output === shows) return',
		replace: 'if (false) return',
		tests: ['test/gather/counted/effects.test.ts'],
	},
	{
		wrong: 'an override that ran without effect is accepted',
		file: 'src/gather/counted/effects.ts',
		find: 'if ((taken.outcome.output === shows) !== calls > 0) {',
		replace: 'if (calls < 0) {',
		tests: ['test/gather/counted/effects.test.ts'],
	},
	{
		wrong: 'one difference of n rounds is believed',
		file: 'src/gather/counted/difference.ts',
		find: 'if (first[column] === second[column]) return',
		replace: 'if (true) return',
		tests: ['test/gather/counted/difference.test.ts'],
	},
	{
		wrong: 'a probe that had begun and crashed is forgotten',
		file: 'src/gather/counted/transcript.ts',
		find: "if (typeof record.begin === 'string') open = record.begin;",
		replace: "if (typeof record.begin === 'string') open = null;",
		tests: ['test/gather/counted/transcript.test.ts'],
	},
	{
		wrong: 'a line that something else printed is taken for a probe’s',
		file: 'src/gather/counted/transcript.ts',
		find: "return typeof value === 'object' && value !== null ? (value as Line) : {};",
		replace: 'return value as Line;',
		tests: ['test/gather/counted/transcript.test.ts'],
	},
	{
		wrong: 'a sweep’s calls past an override without a bound reference are no finding',
		file: 'src/gather/sweep/report.ts',
		find: 'if (bypassed === 0 || calls.bound',
		replace: 'if (bypassed >= 0 || calls.bound',
		tests: ['test/gather/sweep/attribute.test.ts'],
	},
	{
		wrong: 'an extension’s own scope is no cause',
		file: 'src/gather/sweep/attribute.ts',
		find: "if (named.some(({object}) => callsByName(object, symbol))) return [caller, 'deepbind'];",
		replace: "if (named.some(({object}) => !callsByName(object, symbol))) return [caller, 'deepbind'];",
		tests: ['test/gather/sweep/attribute.test.ts'],
	},
	{
		wrong: 'what has no slot for calls of the name has a scope of its own',
		file: 'src/gather/sweep/attribute.ts',
		find: "if (named.length > 0) return [caller, 'unknown'];",
		replace: "if (named.length > 0) return [caller, 'deepbind'];",
		tests: ['test/gather/sweep/attribute.test.ts'],
	},
	{
		wrong: 'a jump that two kinds of object may have made is booked on one',
		file: 'src/gather/sweep/attribute.ts',
		find: 'if (only === undefined || others.length > 0)',
		replace: 'if (only === undefined)',
		tests: ['test/gather/sweep/attribute.test.ts'],
	},
	{
		wrong: 'what a static interpreter binds is its own jump',
		file: 'src/gather/sweep/attribute.ts',
		find: 'const own = swept.executable\n',
		replace: 'const own = !swept.executable\n',
		tests: ['test/gather/sweep/attribute.test.ts'],
	},
	{
		wrong: 'what libc was handed, an interpreter’s main has jumped to',
		file: 'src/gather/sweep/attribute.ts',
		find: 'if (!isLibc || isHandedOut ||',
		replace: 'if (!isLibc ||',
		tests: ['test/gather/sweep/attribute.test.ts'],
	},
	{
		wrong: 'a preload library’s own calls are the program’s',
		file: 'src/gather/audit/attribute.ts',
		find: "if (libraries.includes(path)) return 'preload';\n",
		replace: '',
		tests: ['test/audit/counted.test.ts'],
	},
	{
		wrong: 'a call of a function by itself is a call of the program',
		file: 'src/gather/audit/attribute.ts',
		find: 'if (object === slot.object && isWithin(slot, at.address)) {',
		replace: 'if (calls < 0) {',
		tests: ['test/audit/counted.test.ts'],
	},
	{
		wrong: 'a call site is taken for the caller, whatever has jumped',
		file: 'src/gather/audit/attribute.ts',
		find: "if (callee.kind === 'named') return jumper(",
		replace: "if (callee.kind === 'named' && slot.size < 0) return jumper(",
		tests: ['test/audit/counted.test.ts'],
	},
];
