/** This file holds the glossary to the closed sets of the model: every member has its place. */

import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {bindingModes} from '../../src/model/binding.js';
import {callers, families, routes} from '../../src/model/claim.js';
import {changeKinds} from '../../src/model/comparison.js';
import {expectations} from '../../src/model/contract.js';
import {causes, verdictKinds} from '../../src/model/verdict.js';

const text = readFileSync(fileURLToPath(new URL('../../../docs/glossary.md', import.meta.url)), 'utf8');

const hasAll = test.macro({
	exec(t, word: string, members: readonly string[]) {
		const row = text.split('\n').find(line => line.startsWith(`| ${word} |`)) ?? '';
		t.deepEqual(
			members.filter(member => !row.includes(`\`${member}\``)),
			[],
		);
	},
	title: (_ = '', word: string) => `the glossary's row for '${word}' names all that there are`,
});

test(hasAll, 'caller', callers);
test(
	hasAll,
	'route',
	routes.filter(route => !(callers as readonly string[]).includes(route)),
);
test(
	hasAll,
	'family',
	families.filter(family => !family.startsWith('effect')),
);
test(
	hasAll,
	'effect',
	families.filter(family => family.startsWith('effect')),
);
test(hasAll, 'verdict', verdictKinds);
test(hasAll, 'cause', causes);
test(hasAll, 'binding mode', bindingModes);
test(hasAll, 'expectation', expectations);
test(hasAll, 'change', changeKinds);
