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
		find: 'if ((taken.outcome.output === shows) !== honored.interpreter > 0) {',
		replace: 'if (false) {',
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
];
