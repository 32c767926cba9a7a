/** This file lists what the tests of one part must notice: children, folders, the cache, exit statuses. */

import type {Mutant} from '../mutant.js';

export const processMutants: readonly Mutant[] = [
	{
		wrong: 'what was begun early answers for whatever is asked',
		file: 'src/process/early.ts',
		find: 'const result = begun.get(known);',
		replace: 'const result = [...begun.values()][0];',
		tests: ['test/process/early.test.ts'],
	},
	{
		wrong: 'a child that runs into its time limit has exited',
		file: 'src/process/child.ts',
		find: "exit: limit.reached() ? {kind: 'timed-out', seconds: request.timeoutSeconds} : exit",
		replace: 'exit',
		tests: ['test/process/child.test.ts'],
	},
	{
		wrong: 'descendants of a child outlive it',
		file: 'src/process/child.ts',
		find: '\tlimit.lift();\n\t// Descendants that outlive the child would hold its pipes open and count on in a ledger that is being read.\n\tkillGroup(group);',
		replace: '\tlimit.lift();',
		tests: ['test/process/child.test.ts'],
	},
	{
		wrong: 'a temporary folder outlives its work',
		file: 'src/process/temporary.ts',
		find: '\t\trmSync(folder, {recursive: true, force: true, maxRetries: 3});',
		replace: '\t\tawait Promise.resolve();',
		tests: ['test/process/temporary.test.ts'],
	},
	{
		wrong: 'a signal is said without its meaning',
		file: 'src/process/ending.ts',
		find: "return meaning === undefined ? '' : ` (${meaning})`;",
		replace: "return '';",
		tests: ['test/process/ending.test.ts'],
	},
	{
		wrong: 'what a cache keeps is believed unseen',
		file: 'src/cache/store.ts',
		find: 'digest.equals(digestOf(key, content))',
		replace: 'digest.length > 0',
		tests: ['test/cache/store.test.ts'],
	},
	{
		wrong: 'a check of no target is as expected',
		file: 'src/commands/outcome.ts',
		find: 'failures.length > 0 || (targets.length === 0 && !isPart)',
		replace: 'failures.length > 0',
		tests: ['test/commands/outcome.test.ts'],
	},
	{
		wrong: 'what could not be found out is as expected',
		file: 'src/commands/outcome.ts',
		find: '...(broken === null ? {unknown: totals.inconclusive > 0} : {}),',
		replace: '...(broken === null ? {unknown: false} : {}),',
		tests: ['test/commands/outcome.test.ts'],
	},
	{
		wrong: 'what was used lately is thrown out of the cache',
		file: 'src/cache/prune.ts',
		find: 'age > (isDraft ? day : longest)',
		replace: 'age > day',
		tests: ['test/cache/store.test.ts'],
	},
	{
		wrong: 'too much is kept in the cache',
		file: 'src/cache/prune.ts',
		find: 'index >= most.files || ',
		replace: '',
		tests: ['test/cache/store.test.ts'],
	},
	{
		wrong: 'a cache that somebody else may write to is read',
		file: 'src/cache/store.ts',
		find: 'if (!stat.isFile() || !isOurs(stat)) return undefined;',
		replace: 'if (!stat.isFile()) return undefined;',
		tests: ['test/cache/store.test.ts'],
	},
	{
		wrong: 'a file that is replaced loses its mode',
		file: 'src/process/replace-file.ts',
		find: '\t\tfchmodSync(descriptor, mode & 0o7777);\n',
		replace: '',
		tests: ['test/process/output-file.test.ts'],
	},
];
