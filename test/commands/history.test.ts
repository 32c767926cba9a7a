/** This file drives `pyinterpose history` on folders of saved reports. */

import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {renderJson} from '../../src/render/json.js';
import {cli, folder, transcript} from '../support/cli.js';
import {golden} from '../support/golden.js';
import {historyFolder, whole} from '../support/histories.js';
import {hostileReport, nothing, report} from '../support/reports.js';

for (const [name, options, env] of [
	['terminal', [], {}],
	['narrow', [], {COLUMNS: '40', LANG: 'C', TERM: 'dumb'}],
	['json', ['--json'], {}],
] as const) {
	test(`three reports read as kept: ${name}`, t => {
		const words = ['history', '.', ...options];
		golden(t, `history/${name}.txt`, transcript(words, cli(words, {cwd: historyFolder(t), env})));
	});
}

test('a narrow terminal without Unicode gets neither, but for the command that is to be copied', t => {
	const {stdout} = cli(['history', '.'], {cwd: historyFolder(t), env: {COLUMNS: '40', LANG: 'C', TERM: 'dumb'}});
	t.regex(stdout, /^[ -~\n]*$/);
	for (const line of stdout.split('\n')) t.true(line.length <= 40 || line.startsWith('Next: '), line);
});

test('the command that is printed next runs', t => {
	const cwd = historyFolder(t);
	const [, words = ''] = /^Next: pyinterpose (.*)$/m.exec(cli(['history', '.'], {cwd}).stdout) ?? [];
	t.is(words, 'diff 1.json 9.json');
	t.regex(cli(words.split(' '), {cwd}).stdout, /^LD_PRELOAD overrides of 4 of \d+ functions are lost from/);
});

// What the folder holds, and the first line.
for (const [what, reports, headline] of [
	['one report', {'a.json': report([whole])}, '1 report. No build is in more than one: there is nothing to compare.'],
	['a report of no build', {'a.json': nothing}, '1 report. No build was tested.'],
	[
		'two reports of one build',
		{'a.json': report([whole]), 'b.json': report([whole])},
		'2 reports, oldest first by file name. The build in more than one neither lost nor gained any.',
	],
] as const) {
	test(`${what} is told in a sentence that is grammatical`, t => {
		const {stdout, status} = cli(['history', '.'], {cwd: historyFolder(t, reports), env: {COLUMNS: '200'}});
		t.is(stdout.split('\n')[0], headline);
		t.is(status, 0);
	});
}

test(
	'what is no report is refused in one sentence that names it',
	fails,
	{'a.json': '{"a": 1}'},
	'.',
	/a\.json is not a report/,
);
test(
	'a hunt is refused in one sentence that names it',
	fails,
	{'a.json': '{"schema": 1, "kind": "hunt"}'},
	'.',
	/a\.json is not a report/,
);
test(
	'a report that was cut is refused',
	fails,
	{'a.json': renderJson(nothing).slice(0, 40)},
	'.',
	/a\.json ends in the middle/,
);
test('a folder without a report is refused', fails, {'a.txt': ''}, '.', /\. holds no saved report \(\*\.json\)/);
test(
	'a file is no folder',
	fails,
	{'a.json': ''},
	'a.json',
	/a\.json cannot be read: a part of its path is no directory/,
);
test('a folder that is not there is refused', fails, {}, 'none', /none cannot be read: there is no such file/);
test('two folders are refused', fails, {}, '. .', /takes one folder/);

function fails(t: ExecutionContext, files: Readonly<Record<string, string>>, words: string, names: RegExp): void {
	const ran = cli(['history', ...words.split(' ')], {cwd: folder(t, files)});
	t.is(ran.status, 2);
	t.is(ran.stdout, '');
	t.regex(ran.stderr, names);
	t.true(ran.stderr.trimEnd().split('\n').length <= 2, ran.stderr);
}

test('a folder among the reports, and a hidden file, are not taken for reports', t => {
	const cwd = historyFolder(t);
	writeFileSync(join(cwd, '.saved.json'), '');
	t.is(cli(['history', '.'], {cwd}).status, 0);
	mkdirSync(join(cwd, 'old.json'));
	t.regex(cli(['history', '.'], {cwd}).stderr, /old\.json cannot be read: it is a directory/);
});

test('hostile text reaches no terminal and no page', t => {
	const cwd = historyFolder(t, {'a.json': hostileReport, '\u001b[2J.json': hostileReport});
	for (const format of ['terminal', 'json', 'html']) {
		const {stdout, stderr, status} = cli(['history', '.', '--format', format], {cwd});
		t.is(status, 0, stderr);
		t.notRegex(stdout.replace(/[\n\t]/g, ''), /[\p{Cc}\p{Cf}\p{Cs}]/u, format);
		if (format === 'html') t.is(stdout.match(/<script/g)?.length, 1);
	}
});
