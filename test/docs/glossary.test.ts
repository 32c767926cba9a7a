/** This file holds the lists of words in docs/ to the code: every member of a closed set, and every finding, has its place. */

import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {bindingModes} from '../../src/model/binding.js';
import {callers, families, routes} from '../../src/model/claim.js';
import {changeKinds} from '../../src/model/comparison.js';
import {expectations} from '../../src/model/contract.js';
import {causes, verdictKinds} from '../../src/model/verdict.js';
import {findingWords} from '../../src/render/finding-words.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = readFileSync(join(root, 'docs/glossary.md'), 'utf8');

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

test('docs/findings.md has a line for every finding that the code makes, and for no other', t => {
	const page = readFileSync(join(root, 'docs/findings.md'), 'utf8');
	const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)];
	const lines = rows.map(([, name]) => name);
	for (const [, name = '', meaning] of rows) t.is(meaning, findingWords[name], name);
	// What has a kind and a message is a finding, but for the ending of a child process.
	const made = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
		.filter(file => file.endsWith('.ts') && !file.startsWith('process/'))
		.flatMap(file => [...readFileSync(join(root, 'src', file), 'utf8').matchAll(/kind: '([a-z-]+)',\s*message\b/g)])
		.map(([, name]) => name);
	t.deepEqual(lines.sort(), [...new Set(made)].sort());
});
