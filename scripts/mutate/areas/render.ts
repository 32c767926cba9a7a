/** This file lists what the tests of one part must notice: numbers, bars, and what is added up. */

import type {Mutant} from '../mutant.js';

export const renderMutants: readonly Mutant[] = [
	{
		wrong: '1,290 is written 1.3k',
		file: 'src/render/numbers.ts',
		find: 'const tenths = Math.floor(count / (unit / 10));',
		replace: 'const tenths = Math.round(count / (unit / 10));',
		tests: ['test/render/numbers.test.ts'],
	},
	{
		wrong: 'a share just below all is written as all',
		file: 'src/render/numbers.ts',
		find: "if (rounded === 100 && part < whole) return '>99%';",
		replace: '',
		tests: ['test/render/numbers.test.ts'],
	},
	{
		wrong: 'a share just above nothing is written as nothing',
		file: 'src/render/numbers.ts',
		find: "if (rounded === 0 && part > 0) return '<1%';",
		replace: '',
		tests: ['test/render/numbers.test.ts'],
	},
	{
		wrong: 'hostile text ends a tag',
		file: 'src/render/html-text.ts',
		find: "\t\t.replaceAll('<', '&lt;')\n",
		replace: '',
		tests: ['test/render/numbers.test.ts'],
	},
	{
		wrong: 'honored throughout means that some caller was',
		file: 'src/model/workload-totals.ts',
		find: 'calls.every(({bypassed}) => bypassed === 0)',
		replace: 'calls.some(({bypassed}) => bypassed === 0)',
		tests: ['test/model/workload-totals.test.ts'],
	},
	{
		wrong: 'calls that were not counted are added up as none',
		file: 'src/model/workload-totals.ts',
		find: 'bypassed: counts.every(({bypassed}) => bypassed === null)',
		replace: 'bypassed: counts.length === 0',
		tests: ['test/model/workload-totals.test.ts'],
	},
	{
		wrong: 'the route deepbind counts among a build’s totals',
		file: 'src/model/totals.ts',
		find: "calls.filter(({caller}) => caller !== 'deepbind')",
		replace: 'calls',
		tests: ['test/model/workload-totals.test.ts', 'test/render/terminal.test.ts'],
	},
	{
		wrong: 'what no rule asks for passes in a CI system',
		file: 'src/render/report/cases.ts',
		find: "notAsked, 'not-asked', 'skipped'",
		replace: "notAsked, 'not-asked', 'passed'",
		tests: ['test/render/formats.test.ts'],
	},
	{
		wrong: 'what could not be found out passes in a CI system',
		file: 'src/render/report/cases.ts',
		find: "claimCase(id, claim, 'unknown')",
		replace: "claimCase(id, claim, 'passed')",
		tests: ['test/render/formats.test.ts'],
	},
	{
		wrong: 'what could not be found out is said to be broken',
		file: 'src/render/report/broken.ts',
		find: 'errors.filter(({undecided}) => !undecided)',
		replace: 'errors.filter(() => true)',
		tests: ['test/render/terminal.test.ts', 'test/render/formats.test.ts'],
	},
];
