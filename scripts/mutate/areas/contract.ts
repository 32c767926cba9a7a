/** This file lists what the tests of one part must notice: contracts, comparisons, saved reports, patterns. */

import type {Mutant} from '../mutant.js';

export const contractMutants: readonly Mutant[] = [
	{
		wrong: 'a share just as asked breaks a rule',
		file: 'src/contract/check.ts',
		find: '/ (verdict.calls + verdict.bypassed) >= share',
		replace: '/ (verdict.calls + verdict.bypassed) > share',
		tests: ['test/contract/contract.test.ts'],
	},
	{
		wrong: 'what would be bypassed keeps honored-if-called',
		file: 'src/contract/check.ts',
		find: "return wouldBe === null || wouldBe === 'honored';",
		replace: 'return true;',
		tests: ['test/contract/contract.test.ts'],
	},
	{
		wrong: 'honored to uncalled is never a loss',
		file: 'src/contract/change.ts',
		find: "return sameVersion && before.kind !== 'bypassed'",
		replace: "return !sameVersion && before.kind !== 'bypassed'",
		tests: ['test/contract/compare.test.ts'],
	},
	{
		wrong: 'a call that is still predicted honored is lost',
		file: 'src/contract/change.ts',
		find: "&& after['would-be'] !== 'honored' ?",
		replace: '?',
		tests: ['test/contract/compare.test.ts'],
	},
	{
		wrong: 'a baseline’s partial claim that got worse is no loss',
		file: 'src/contract/baseline.ts',
		find: "return verdict?.kind === 'honored' || verdict?.kind === 'partial';",
		replace: "return verdict?.kind === 'honored';",
		tests: ['test/contract/contract.test.ts'],
	},
	{
		wrong: 'static claims carry a wrong number',
		file: 'src/contract/static-claims.ts',
		find: "return {kind: 'honored', calls: preemptible};",
		replace: "return {kind: 'honored', calls: preemptible + 1};",
		tests: ['test/contract/static-claims.test.ts'],
	},
	{
		wrong: 'what only the workload newly calls is news',
		file: 'src/contract/compare.ts',
		find: "\tif (one?.kind === 'uncalled') return null;\n",
		replace: '',
		tests: ['test/contract/compare.test.ts'],
	},
	{
		wrong: 'a function that is gone is compared as uncalled',
		file: 'src/contract/compare.ts',
		find: "return exported.has(symbol) ? {kind: 'uncalled'",
		replace: "return true ? {kind: 'uncalled'",
		tests: ['test/contract/compare.test.ts'],
	},
	{
		wrong: 'a report’s totals are not checked',
		file: 'src/contract/parse.ts',
		find: 'if (totals[kind] !== sum)',
		replace: 'if (totals[kind] < 0)',
		tests: ['test/contract/parse.test.ts'],
	},
	{
		wrong: 'two claims of one id are accepted',
		file: 'src/contract/parse.ts',
		find: 'if (seen.has(name)) throw',
		replace: 'if (false) throw',
		tests: ['test/contract/parse.test.ts'],
	},
	{
		wrong: 'joined reports lose a total',
		file: 'src/contract/merge.ts',
		find: 'all.reduce((total, totals) => total + totals[kind], 0)',
		replace: 'all.reduce((total, totals) => Math.max(total, totals[kind]), 0)',
		tests: ['test/contract/merge.test.ts'],
	},
	{
		wrong: 'a question mark matches a slash',
		file: 'src/model/glob.ts',
		find: "\tconst parts = text.split('/');\n\tconst patterns = pattern.split('/');",
		replace: '\tconst parts = [text];\n\tconst patterns = [pattern];',
		tests: ['test/model/glob.test.ts'],
	},
	{
		wrong: 'a star never takes more',
		file: 'src/model/glob.ts',
		find: 'read = ++retry;',
		replace: 'return false;',
		tests: ['test/model/glob.test.ts'],
	},
];
