/** This file lists what the tests of one part must notice: the probes. */

import type {Mutant} from '../mutant.js';

export const probesMutants: readonly Mutant[] = [
	{
		wrong: 'a probe makes half the calls that it says',
		file: 'probes/rounds.py',
		find: '    return _all[n]\n\n\ndef few',
		replace: '    return _all[n][::2]\n\n\ndef few',
		tests: ['test/probes/counts.test.ts'],
	},
];
