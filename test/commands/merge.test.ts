/** This file drives `pyinterpose merge`. */

import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Report} from '../../src/model/report.js';
import {renderJson} from '../../src/render/json.js';
import {cli, cliPath, folder} from '../support/cli.js';
import {manyBuilds, swept} from '../support/many.js';
import {hostileReport, report, twoBuilds} from '../support/reports.js';
import {benchReport, comparison} from '../support/sheets.js';

const [one = '', two = ''] = twoBuilds.targets.map(target => renderJson(report([target])));

test('two saved reports become one, in the formats asked for', t => {
	const cwd = folder(t, {'1.json': one, '2.json': two});
	const ran = cli(['merge', '1.json', '2.json', '--json', '--output', 'html=m.html', '--output', 'json=m.json'], {cwd});
	t.is(ran.status, 0, ran.stderr);
	t.is(ran.stdout, renderJson(twoBuilds));
	t.is(readFileSync(join(cwd, 'm.json'), 'utf8'), ran.stdout);
	t.regex(readFileSync(join(cwd, 'm.html'), 'utf8'), /2 builds, worst first/);
	t.deepEqual(readdirSync(cwd).sort(), ['1.json', '2.json', 'm.html', 'm.json']);
});

test('a measurement of the builds is on the page, and one of others is refused', t => {
	const measured = (names: readonly string[], means: readonly unknown[] = [comparison('b', 0.8)]) =>
		JSON.stringify({
			...benchReport,
			targets: names.map((path, at) => ({name: 'ab'[at], path})),
			means,
		});
	const [first, second] = ['/usr/bin/python3.11', '/opt/python'];
	const other = renderJson(report(twoBuilds.targets.slice(1).map(build => ({...build, executable: second}))));
	const cwd = folder(t, {
		'1.json': one,
		'2.json': other,
		'b.json': measured([first, second]),
		'others.json': measured(['/a', first]),
		'odd.json': measured([first, second], [{target: 'b', ratio: 'fast'}]),
		'none.json': '{"schema": 1}',
	});
	const ran = (file: string) => cli(['merge', '1.json', '2.json', '--format', 'html', '--measured', file], {cwd});
	t.regex(ran('b.json').stdout, /aria-label="Faster than 3\.11 shared[^"]*; 3\.11 debug shared: \+25\.0 %/);
	for (const [file, words] of [
		['others.json', /others\.json measures fewer than two of the builds in this report/],
		['odd.json', /odd\.json is no measurement that can be read/],
		['none.json', /none\.json cannot be read: it is nothing that bench wrote/],
		['missing.json', /missing\.json cannot be read: there is no such file/],
	] as const) {
		const {status, stdout, stderr} = ran(file);
		t.deepEqual([status, stdout], [2, '']);
		t.regex(stderr, words);
	}
	t.regex(cli(['merge', '1.json', '--measured', 'b.json'], {cwd}).stderr, /Add --output html=FILE\./);
});

test('no report is one clear sentence', fails, [], /merge needs a saved report/);
test('the same report twice is one clear sentence', fails, ['1.json', '1.json'], /both report the build/);
test(
	'a cut report is one clear sentence, and nothing is written',
	fails,
	['1.json', 'cut.json', '--output', 'json=m.json'],
	/cut\.json ends in the middle/,
);

test('hostile ids and file names reach no terminal, in errors neither', t => {
	const bad = renderJson(report(hostileReport.targets));
	const cwd = folder(t, {'1.json': bad, '2.json': bad});
	for (const args of [
		['merge', '1.json', '2.json'],
		['diff', '1.json', '\u001b[2J.json'],
		['merge', '\u001b[2J.json'],
		['\u001b[2J'],
	]) {
		const ran = cli(args, {cwd});
		t.is(ran.status, 2);
		t.notRegex(ran.stderr.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
	}
});

test('ten thousand reports merge in a heap that could not hold them', t => {
	const cwd = folder(t);
	const [build] = swept(manyBuilds(1, 12), 30).targets;
	if (build === undefined) return t.fail();
	const names = Array.from({length: 10_000}, (_, at) => `${at}.json`);
	for (const name of names) writeFileSync(join(cwd, name), JSON.stringify(report([{...build, id: name}])));
	const run = (...words: readonly string[]) =>
		spawnSync(process.execPath, ['--max-old-space-size=96', ...words], {cwd, maxBuffer: 1 << 29});
	const ran = run(cliPath, 'merge', ...names, '--json');
	t.is(ran.status, 0, ran.stderr.toString());
	t.is((JSON.parse(ran.stdout.toString()) as Report).targets.length, 10_000);
	// Who reads them all first has no room.
	const naive = 'const all = process.argv.slice(1).map(name => JSON.parse(fs.readFileSync(name, "utf8")));';
	t.regex(run('--eval', naive, '--', ...names).stderr.toString(), /heap out of memory/);
});

function fails(t: ExecutionContext, args: readonly string[], names: RegExp): void {
	const cwd = folder(t, {'1.json': one, 'cut.json': two.slice(0, 500)});
	const ran = cli(['merge', ...args], {cwd});
	t.is(ran.status, 2);
	t.is(ran.stdout, '');
	t.regex(ran.stderr, names);
	t.deepEqual(readdirSync(cwd).sort(), ['1.json', 'cut.json']);
}
