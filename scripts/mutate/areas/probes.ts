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
	{
		wrong: 'what an earlier claim counted is counted for the next one, too',
		file: 'probes/runner.py',
		find: '        self.seen = now\n',
		replace: '        pass\n',
		tests: ['test/probes/run.test.ts'],
	},
	{
		wrong: 'what another build compiled is run',
		file: 'probes/start/run.py',
		find: ' if content.startswith(stamp()) else ()',
		replace: '',
		tests: ['test/probes/compile.test.ts'],
	},
	{
		wrong: 'where nothing is counted a call of ours is not made',
		file: 'probes/runner.py',
		find: 'made=[probe.take(n)]',
		replace: 'made=[n]',
		tests: ['test/probes/run.test.ts'],
	},
];
