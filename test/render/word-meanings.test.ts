/** This file holds `explain` to every word that a report prints. */

import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {bindingModes} from '../../src/model/binding.js';
import {families, routes} from '../../src/model/claim.js';
import {expectations} from '../../src/model/contract.js';
import {causes, verdictKinds} from '../../src/model/verdict.js';
import {meaningOf} from '../../src/render/word-meanings.js';
import {cli} from '../support/cli.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

for (const [what, words] of [
	['caller and route', routes],
	['family', families],
	['binding mode', bindingModes],
	['cause', causes],
	['verdict', verdictKinds],
	['expectation', expectations],
] as const) {
	test(`explain knows every ${what}`, t => {
		t.deepEqual(
			words.filter(word => !isKnown(word)),
			[],
		);
	});
}

test('explain knows every finding that the sources make', t => {
	const kinds = sources('src').flatMap(text =>
		[...text.matchAll(/kind: '([a-z]+(?:-[a-z]+)+)',\s*message\b/g)].map(([, kind = '']) => kind),
	);
	t.true(kinds.length > 20);
	t.deepEqual(
		[...new Set(kinds)].filter(kind => !isKnown(kind)),
		[],
	);
});

test('explain knows every word with a dash that a kept report prints', t => {
	const text = sources(
		'test/golden/terminal',
		'test/golden/formats/every-kind.terminal',
		'test/golden/formats/kept',
	).join('\n');
	const words = [...text.matchAll(/\b[a-z]{3,}(?:-[a-z]+)+\b/g)].map(([word]) => word);
	const ours = words.filter(word => (text.match(new RegExp(`[^-/.\\w]${word}[^-/.\\w]`)) ?? []).length > 0);
	t.deepEqual(
		[...new Set(ours)].filter(word => !isKnown(word) && !englishWords.has(word)),
		[],
	);
});

const englishWords: ReadonlySet<string> = new Set([
	'fno-semantic-interposition',
	'handed-out',
	'free-threaded',
	'cpython-3',
	'link-time',
]);

test('a caller, a binding mode and a finding are explained on the terminal, and a slip of the pen is told from them', t => {
	t.regex(cli(['explain', 'extension']).stdout, /Calls from an extension module/);
	t.regex(cli(['explain', 'symbolic-functions']).stdout, /Bsymbolic-functions/);
	t.regex(cli(['explain', 'linkage-contradicts']).stdout, /Py_ENABLE_SHARED/);
	t.regex(cli(['explain', 'linkage-contradict']).stderr, /Did you mean linkage-contradicts\?/);
});

test('a mistyped command, option and format is answered with what was meant', t => {
	t.regex(cli(['chekc']).stderr, /Did you mean 'check'\?/);
	t.regex(cli(['check', '--detials']).stderr, /Did you mean '--details'\?/);
	t.regex(cli(['check', '--format', 'junti']).stderr, /Did you mean 'junit'\?/);
});

test('help, help COMMAND and -V say what --help and --version say', t => {
	t.is(cli(['help']).stdout, cli(['--help']).stdout);
	t.is(cli(['help', 'diff']).stdout, cli(['diff', '--help']).stdout);
	t.is(cli(['-V']).stdout, cli(['--version']).stdout);
});

function isKnown(word: string): boolean {
	return meaningOf(word) !== null || existsSync(`${root}docs/${word}.md`);
}

function sources(...starts: readonly string[]): readonly string[] {
	return starts.flatMap(start => {
		const folder = existsSync(root + start) ? start : start.replace(/\/[^/]*$/, '');
		return readdirSync(root + folder, {recursive: true, encoding: 'utf8'})
			.map(name => `${folder}/${name}`)
			.filter(name => name.startsWith(start) && /\.(ts|txt)$/.test(name))
			.map(name => readFileSync(root + name, 'utf8'));
	});
}
