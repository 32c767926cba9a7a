/** This file drives `pyinterpose diff` on saved reports. */

import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {renderJson} from '../../src/render/json.js';
import {cli, folder, transcript} from '../support/cli.js';
import {golden} from '../support/golden.js';
import {manyBuilds} from '../support/many.js';
import {hostileReport, report, twoBuilds} from '../support/reports.js';

const [worse, better] = twoBuilds.targets.map(one => renderJson(report([one])));
const many = manyBuilds(2, 500).targets.map(one => renderJson(report([one])));

for (const [name, args] of [
	['terminal', []],
	['json', ['--json']],
	['markdown', ['--markdown']],
] as const) {
	test(`what was lost reads as kept: ${name}`, t => {
		const cwd = pair(t);
		const words = ['diff', 'better.json', 'worse.json', ...args];
		golden(t, `diff/lost-${name}.txt`, transcript(words, cli(words, {cwd})));
	});
}

test('what was won reads as kept, and exits 0', t => {
	const cwd = pair(t);
	const words = ['diff', 'worse.json', 'better.json'];
	golden(t, 'diff/won.txt', transcript(words, cli(words, {cwd})));
});

test('the first line says what was lost, and the exit status is 1', t => {
	const ran = cli(['diff', 'better.json', 'worse.json'], {cwd: pair(t)});
	t.regex(ran.stdout, /^LD_PRELOAD overrides of 4 of 8 functions are lost from\s/);
	t.is(ran.status, 1);
});

test('--skip-exit-code shows the loss and exits 0', t => {
	const ran = cli(['diff', 'better.json', 'worse.json', '--skip-exit-code'], {cwd: pair(t)});
	t.regex(ran.stdout, /^LD_PRELOAD overrides of 4 of 8/);
	t.is(ran.status, 0);
});

test('the same pair gives the same bytes twice, in every format', t => {
	const cwd = pair(t);
	for (const format of ['terminal', 'json', 'markdown']) {
		const once = () => cli(['diff', 'better.json', 'worse.json', '--format', format], {cwd}).stdout;
		t.is(once(), once());
	}
});

test('five hundred symbols with hundreds of changes stay within 80 lines of markdown', t => {
	const cwd = folder(t, {'a.json': many[0] ?? '', 'b.json': many[1] ?? ''});
	const {stdout} = cli(['diff', 'a.json', 'b.json', '--markdown'], {cwd});
	t.true(stdout.split('\n').length < 80, stdout);
});

test('a report can come from standard input', t => {
	const cwd = pair(t);
	t.regex(cli(['diff', '-', 'worse.json'], {cwd, input: better ?? ''}).stdout, /^LD_PRELOAD overrides of 4 of 8/);
});

test('hostile text reaches no terminal', t => {
	const cwd = folder(t, {'a.json': renderJson(hostileReport), 'b.json': better ?? ''});
	const {stdout} = cli(['diff', 'a.json', 'b.json'], {cwd});
	t.notRegex(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
});

test('--output writes files beside standard output, and leaves nothing else behind', t => {
	const cwd = pair(t);
	const ran = cli(['diff', 'better.json', 'worse.json', '--output', 'json=d.json', '--output', 'markdown=d.md'], {cwd});
	t.is(ran.status, 1);
	t.is(JSON.parse(readFileSync(join(cwd, 'd.json'), 'utf8')).schema, 2);
	t.regex(readFileSync(join(cwd, 'd.md'), 'utf8'), /^\*\*LD\\?_PRELOAD overrides of 4 of 8/);
	t.deepEqual(readdirSync(cwd).sort(), [
		'better.json',
		'cut.json',
		'd.json',
		'd.md',
		'empty.json',
		'folder.json',
		'worse.json',
	]);
});

test(
	'no file is one clear sentence',
	fails,
	['diff', 'better.json', 'missing.json'],
	/missing\.json cannot be read: there is no such file or directory\./,
);
test('one argument is one clear sentence', fails, ['diff', 'better.json'], /compares exactly two things/);
test('three arguments are one clear sentence', fails, ['diff', 'a', 'b', 'c'], /compares exactly two things/);
test(
	'a cut report is one clear sentence',
	fails,
	['diff', 'better.json', 'cut.json'],
	/cut\.json ends in the middle of the report\./,
);
test('an empty report is one clear sentence', fails, ['diff', 'better.json', 'empty.json'], /empty\.json is empty\./);
test(
	'a folder is one clear sentence',
	fails,
	['diff', 'better.json', 'folder.json'],
	/folder\.json cannot be read: it is a directory\./,
);
test('two reports of one build are the same build, and exit 0', t => {
	const ran = cli(['diff', 'better.json', 'better.json'], {cwd: pair(t)});
	t.is(ran.status, 0);
	t.regex(ran.stdout, /is the same build in both\s+reports: nothing is\s+lost/);
});
test(
	'an unknown format is one clear sentence',
	fails,
	['diff', 'better.json', 'worse.json', '--format', 'pdf'],
	/no format 'pdf'/,
);
test(
	'two formats at once are one clear sentence',
	fails,
	['diff', 'better.json', 'worse.json', '--json', '--format', 'markdown'],
	/two formats/,
);
test(
	'an output without a file is one clear sentence',
	fails,
	['diff', 'better.json', 'worse.json', '--output', 'json'],
	/FORMAT=FILE/,
);
test(
	'one file for two formats is one clear sentence',
	fails,
	['diff', 'better.json', 'worse.json', '--output', 'json=x', '--output', 'markdown=x'],
	/'x' twice/,
);
test(
	'an output in no folder is one clear sentence',
	fails,
	['diff', 'better.json', 'worse.json', '--output', 'json=no/where.json'],
	/no\/where\.json cannot be written/,
);
test(
	'an output that is a folder is one clear sentence',
	fails,
	['diff', 'better.json', 'worse.json', '--output', 'json=folder.json'],
	/folder\.json cannot be written: it is a directory/,
);

function fails(t: ExecutionContext, args: readonly string[], names: RegExp): void {
	const cwd = pair(t);
	const before = readdirSync(cwd);
	const ran = cli(args, {cwd});
	t.is(ran.status, 2);
	t.is(ran.stdout, '');
	t.regex(ran.stderr, names);
	t.true(ran.stderr.trimEnd().split('\n').length <= 2, ran.stderr);
	t.deepEqual(readdirSync(cwd), before);
}

function pair(t: ExecutionContext): string {
	const cwd = folder(t, {
		'better.json': better ?? '',
		'worse.json': worse ?? '',
		'empty.json': '',
		'cut.json': (better ?? '').slice(0, 900),
	});
	mkdirSync(join(cwd, 'folder.json'));
	return cwd;
}
