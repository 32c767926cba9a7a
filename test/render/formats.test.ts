/** This file tests the formats that CI systems read, each with a consumer or schema that was not written here. */

import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Ajv} from 'ajv';
import test, {type ExecutionContext} from 'ava';
import {reportFormats, reportRenderers} from '../../src/commands/report-formats.js';
import type {Held} from '../../src/model/contract.js';
import type {Report} from '../../src/model/report.js';
import {renderGithub} from '../../src/render/report/annotations.js';
import {brokenContract, hostileBroken, keptContract, warnedContract} from '../support/broken.js';
import {folder} from '../support/cli.js';
import {golden, goldenPage} from '../support/golden.js';
import {manyBuilds, swept} from '../support/many.js';
import {given, needing, program} from '../support/needs.js';
import {validated} from '../support/pages.js';
import {everyKind, hostileReport, nothing, twoBuilds} from '../support/reports.js';

type Format = (typeof reportFormats)[number];

const extensions: Readonly<Record<Format, string>> = {
	terminal: 'txt',
	json: 'json',
	markdown: 'md',
	junit: 'xml',
	tap: 'tap',
	tmt: 'yaml',
	html: 'html',
	codequality: 'json',
	sarif: 'json',
	badge: 'json',
};

const allTested: Report = {...everyKind, failures: []};

const samples: readonly (readonly [name: string, report: Report, held: Held | null])[] = [
	['every-kind', everyKind, null],
	['broken-contract', everyKind, brokenContract],
	['kept-contract', twoBuilds, keptContract],
	['warned-contract', allTested, warnedContract],
	['hostile', hostileReport, hostileBroken],
	['nothing', nothing, null],
];

for (const format of reportFormats) {
	for (const [name, report, broken] of samples) {
		test(`${format} of ${name} reads as kept`, async t => {
			const compare = format === 'html' ? goldenPage : golden;
			compare(t, `formats/${name}.${format}.${extensions[format]}`, await written(format, report, broken));
		});
	}

	test(`${format} carries no control or direction character out of a report`, async t => {
		t.notRegex((await written(format, hostileReport, hostileBroken)).replace(/[\n\t]/g, ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
	});

	test(`${format} of the same report has the same bytes twice`, async t => {
		const once = async () => await written(format, manyBuilds(2, 30), null);
		t.is(await once(), await once());
	});

	test(`${format} ends in one newline`, async t => {
		for (const [, report, broken] of samples) t.regex(await written(format, report, broken), /[^\n]\n$/);
	});
}

/** The official schema, which this package carries: SARIF's own home is no package. Of draft 4 it uses nothing that later drafts changed but its head. */
const {
	$schema: _draft,
	id: _id,
	...sarifSchema
} = JSON.parse(
	readFileSync(
		fileURLToPath(
			new URL('../../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', import.meta.url),
		),
		'utf8',
	),
);

const jenkins = fileURLToPath(new URL('../../../test/schema/jenkins-junit.xsd', import.meta.url));

needing(program('xmllint'))('JUnit is valid by the schema of Jenkins, and XML that breaks it is not', async t => {
	for (const [, report, broken] of samples) t.is(xmllint(t, await written('junit', report, broken)).status, 0);
	t.not(xmllint(t, (await written('junit', everyKind, null)).replace('<testcase name=', '<testcase nom=')).status, 0);
});

test('JUnit counts what is against the contract as failures, inconclusive as errors, what nobody asked for as skipped', async t => {
	const [head = ''] = (await written('junit', everyKind, brokenContract)).match(/<testsuites [^>]*>/) ?? [];
	t.is(head, '<testsuites name="pyinterpose" tests="12" failures="5" errors="2">');
	t.is((await written('junit', everyKind, brokenContract)).match(/<skipped>/g)?.length, 5);
});

test('a claim that no rule asks for passes in no format, bypassed or honored', async t => {
	t.notRegex(await written('tap', everyKind, null), /^ok \d+ [^#\n]*$/m);
	t.regex(await written('tap', twoBuilds, keptContract), /^ok \d+ [^#\n]*$/m);
	const junit = await written('junit', everyKind, null);
	t.is(junit.match(/<testcase/g)?.length, (junit.match(/<skipped>|<error /g) ?? []).length);
	t.notRegex(await written('tmt', everyKind, null), /result: pass/);
	t.regex(await written('tmt', twoBuilds, keptContract), /result: pass/);
});

test('what nobody reads one by one is one case for each family, so that a thousand builds fit into a report', async t => {
	const size = async (count: number) => (await written('junit', manyBuilds(count, 40), null)).length;
	t.true((await size(10)) < 10 * 8000, String(await size(10)));
	// What no probe calls is one case together, however many functions a build exports.
	const whole = async (functions: number) => (await written('junit', swept(manyBuilds(1, 40), functions), null)).length;
	t.true((await whole(1500)) - (await whole(15)) < 20, String(await whole(1500)));
});

needing(program('prove'))(
	'prove passes a report without a contract, and fails one whose contract is broken',
	async t => {
		t.regex(prove(t, await written('tap', twoBuilds, null)).stdout, /Result: PASS/);
		const failed = prove(t, await written('tap', everyKind, brokenContract));
		t.regex(failed.stdout, /Failed tests?: {2}.*\n.*\n?Result: FAIL/);
		t.notRegex(failed.stdout + failed.stderr, /Parse errors/);
	},
);

needing(program('prove'))(
	'prove passes a contract of which only warnings are broken, and tells how many there were',
	async t => {
		const {stdout} = prove(t, await written('tap', allTested, warnedContract));
		t.regex(stdout, /Result: PASS/);
		t.is((await written('tap', allTested, warnedContract)).match(/^not ok .* # TODO warning: /gm)?.length, 5);
	},
);

test('a warning and a rule that ended fail in no format, and every format tells of them', async t => {
	t.true(warnedContract.broken.length > 0);
	for (const format of reportFormats) {
		const text = await written(format, allTested, warnedContract);
		t.regex(text, format === 'json' ? /./ : format === 'badge' ? /yellow/ : /the rule ended with 2026-10-31/, format);
	}
	// The one error is a claim that no rule asks for and that could not be found out.
	t.regex(await written('junit', allTested, warnedContract), /<testsuites [^>]*failures="0" errors="1">/);
	t.notRegex(await written('tmt', allTested, warnedContract), /result: (fail|error)/);
	t.deepEqual(
		[...new Set(JSON.parse(await written('sarif', allTested, warnedContract)).runs[0].results.map(levelOf))].sort(),
		['contract: warning', 'inconclusive: note', 'rule-ended: warning'],
	);
	t.notRegex(renderGithub(allTested, warnedContract), /^::error/m);
	t.regex(renderGithub(allTested, warnedContract), /^::warning file=interpose.toml,line=11,/m);
});

function levelOf({ruleId, level}: {ruleId: string; level: string}): string {
	return `${ruleId}: ${level}`;
}

needing(program('prove'))(
	'prove reads every TAP report without a parse error, and finds one where the plan is wrong',
	async t => {
		for (const [, report, broken] of samples) {
			const {stdout, stderr} = prove(t, await written('tap', report, broken));
			t.notRegex(stdout + stderr, /Parse errors|Non-zero exit/);
		}
		t.regex(prove(t, (await written('tap', twoBuilds, null)).replace('1..12', '1..13')).stdout, /Parse errors/);
	},
);

needing(program('prove'))('TAP counts skipped and failed cases as prove does', async t => {
	const {stdout} = prove(t, await written('tap', everyKind, brokenContract));
	t.regex(stdout, /Failed 7\/12 subtests/);
	t.regex(stdout, /less 5 skipped subtests/);
});

needing(given(spawnSync('python3', ['-c', 'import yaml']).status === 0, 'PyYAML'))(
	'tmt results are YAML with the fields, names and outcomes that tmt reads',
	async t => {
		for (const [, report, broken] of samples) {
			const read = spawnSync(
				'python3',
				['-c', 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)'],
				{
					input: await written('tmt', report, broken),
					encoding: 'utf8',
				},
			);
			t.is(read.status, 0, read.stderr);
			for (const item of JSON.parse(read.stdout) as Readonly<Record<string, unknown>>[]) {
				t.deepEqual(Object.keys(item), ['name', 'result', 'note']);
				t.regex(String(item.name), /^\/[\w.+/-]+$/);
				t.true(['pass', 'fail', 'info', 'warn', 'error'].includes(String(item.result)));
				t.true(Array.isArray(item.note) && item.note.every(line => typeof line === 'string'));
			}
		}
	},
);

test('HTML is valid by html-validate, and a broken page is not', async t => {
	for (const [name, report, broken] of samples) {
		const {messages} = await validated(await written('html', report, broken));
		t.deepEqual(messages.slice(0, 10), [], name);
	}
	t.false((await validated((await written('html', everyKind, null)).replace('</table>', ''))).valid);
});

test('a page of HTML names no address and loads nothing', async t => {
	const page = await written('html', twoBuilds, brokenContract);
	t.notRegex(page, /https?:|\ssrc=|@import|url\(/);
});

test('SARIF is valid by its schema, and what breaks it is not', async t => {
	const valid = new Ajv({strict: false, validateFormats: false, unicodeRegExp: false}).compile(sarifSchema);
	for (const [name, report, held] of samples) {
		t.true(valid(JSON.parse(await written('sarif', report, held))), `${name}: ${JSON.stringify(valid.errors)}`);
	}
	const text = await written('sarif', everyKind, brokenContract);
	t.false(valid(JSON.parse(text.replaceAll('"text"', '"txet"'))));
	t.is(JSON.parse(text).runs[0].results.length, 7);
});

test('a badge has what the endpoint of shields.io asks for', async t => {
	for (const [, report, held] of samples) {
		const badge = JSON.parse(await written('badge', report, held));
		t.deepEqual(Object.keys(badge), ['schemaVersion', 'label', 'message', 'color']);
	}
	t.like(JSON.parse(await written('badge', twoBuilds, keptContract)), {message: '11 of 11 kept', color: 'brightgreen'});
	t.like(JSON.parse(await written('badge', twoBuilds, null)), {message: '1 of 5', color: 'yellow'});
	t.like(JSON.parse(await written('badge', nothing, null)), {message: 'not tested', color: 'lightgrey'});
});

test('GitHub gets an error for what is against the contract and a warning for what is not known, one line each', async t => {
	t.is(renderGithub(everyKind, null).split('\n').length, 3);
	golden(t, 'formats/github.txt', renderGithub(everyKind, brokenContract));
	const lines = renderGithub(hostileReport, hostileBroken).split('\n');
	t.true(
		lines.every(line => line === '' || /^::(error|warning) [^:]*::/.test(line)),
		lines.join('\n'),
	);
});

test('GitLab\u2019s Code Quality report has the required fields, and a fingerprint of its own for each issue', async t => {
	const issues = JSON.parse(await written('codequality', everyKind, brokenContract));
	t.is(issues.length, 7);
	for (const issue of issues) {
		t.like(Object.keys(issue), ['description', 'check_name', 'fingerprint', 'severity', 'location']);
		t.true(['info', 'minor', 'major', 'critical', 'blocker'].includes(issue.severity));
		t.is(typeof issue.location.lines.begin, 'number');
	}
	t.is(new Set(issues.map(({fingerprint}: {fingerprint: string}) => fingerprint)).size, issues.length);
});

async function written(format: Format, report: Report, held: Held | null): Promise<string> {
	return (await reportRenderers(report, held)[format]?.({columns: 100, colour: false})) ?? '';
}

function xmllint(t: ExecutionContext, xml: string) {
	const path = join(folder(t), 'junit.xml');
	writeFileSync(path, xml);
	return spawnSync('xmllint', ['--noout', '--schema', jenkins, path], {encoding: 'utf8'});
}

function prove(t: ExecutionContext, tap: string) {
	const path = join(folder(t), 'report.tap');
	writeFileSync(path, tap);
	return spawnSync('prove', ['--exec', 'cat', path], {encoding: 'utf8', env: {...process.env, LC_ALL: 'C'}});
}
