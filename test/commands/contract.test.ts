/** This file drives `pyinterpose contract` on saved reports. */

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {renderJson} from '../../src/render/json.js';
import {cli, folder, transcript} from '../support/cli.js';
import {golden} from '../support/golden.js';
import {report, twoBuilds} from '../support/reports.js';

const [worse, better] = twoBuilds.targets.map(one => renderJson(report([one])));

test('a contract is written from a report, reads as kept, is kept by its build, and broken by another', t => {
	const cwd = files(t);
	t.is(cli(['contract', 'init', 'better.json', '--file', 'interpose.toml'], {cwd}).status, 0);
	golden(t, 'contract/interpose.toml', readFileSync(join(cwd, 'interpose.toml'), 'utf8'));
	const kept = ['contract', 'check', 'interpose.toml', 'better.json'];
	golden(t, 'contract/kept.txt', transcript(kept, cli(kept, {cwd})));
	const broken = ['contract', 'check', 'interpose.toml', 'worse.json'];
	golden(t, 'contract/broken.txt', transcript(broken, cli(broken, {cwd})));
	t.is(cli([...broken, '--skip-exit-code'], {cwd}).status, 0);
	t.is(JSON.parse(cli([...broken, '--json'], {cwd}).stdout).broken.length, 8);
});

test('a rule ends by the day of SOURCE_DATE_EPOCH, and by today where there is none', t => {
	const cwd = files(t);
	const ran = (name: string, epoch?: string) =>
		cli(['contract', 'check', name, 'worse.json'], {cwd, env: epoch === undefined ? {} : {SOURCE_DATE_EPOCH: epoch}});
	t.is(ran('past.toml').status, 0);
	t.regex(ran('past.toml').stdout, /^Nothing was asked for: .*\npast\.toml:1:1: the rule ended with 2020-01-31/s);
	t.is(ran('past.toml', '1580428800').status, 1);
	t.is(ran('past.toml', '1580515200').status, 0);
	const wrong = ran('past.toml', 'yesterday');
	t.is(wrong.status, 2);
	t.regex(wrong.stderr, /SOURCE_DATE_EPOCH is 'yesterday'/);
	t.is(ran('warns.toml').status, 0);
	t.regex(ran('warns.toml').stdout, /^No error against the contract, but \d+ warnings: /);
});

test('init writes to standard output', t => {
	t.regex(cli(['contract', 'init', 'worse.json'], {cwd: files(t)}).stdout, /^# Which overrides/);
});

test('verify reads each contract, and says of each that has a fault where it is', t => {
	const cwd = files(t);
	const good = cli(['contract', 'verify', 'warns.toml'], {cwd});
	t.deepEqual([good.status, good.stdout, good.stderr], [0, 'warns.toml: 1 rule.\n', '']);
	const past = cli(['contract', 'verify', '--quiet', 'past.toml'], {cwd});
	t.deepEqual(
		[past.status, past.stdout, past.stderr],
		[0, '', 'pyinterpose: warning: past.toml:1:1: the rule ended with 2020-01-31.\n'],
	);
	const bad = cli(['contract', 'verify', 'fault.toml', 'warns.toml', 'none.toml'], {cwd});
	t.deepEqual([bad.status, bad.stdout], [2, 'warns.toml: 1 rule.\n']);
	t.regex(bad.stderr, /^pyinterpose: error: fault\.toml:1:1: .*\n.*none\.toml cannot be read/s);
});

test('verify of nothing is one clear sentence', fails, ['verify'], /takes contracts/);
test('no action is one clear sentence', fails, [], /takes 'init', 'check' or 'verify'/);
test('another action is one clear sentence', fails, ['make'], /not 'make'/);
test('init of nothing is one clear sentence', fails, ['init'], /takes one target/);
test('init of two builds is one clear sentence', fails, ['init', 'both.json'], /holds 2 builds/);
test('check without a report is one clear sentence', fails, ['check', 'c.toml'], /takes a contract, then/);
test(
	'a contract that is not there is one clear sentence',
	fails,
	['check', 'none.toml', 'worse.json'],
	/none\.toml cannot be read/,
);
test(
	'a contract with a fault is one clear sentence',
	fails,
	['check', 'fault.toml', 'worse.json'],
	/fault\.toml:1:1: /,
);

function fails(t: ExecutionContext, args: readonly string[], names: RegExp): void {
	const ran = cli(['contract', ...args], {cwd: files(t)});
	t.is(ran.status, 2);
	t.is(ran.stdout, '');
	t.regex(ran.stderr, names);
	t.true(ran.stderr.trimEnd().split('\n').length <= 2, ran.stderr);
}

function files(t: ExecutionContext): string {
	return folder(t, {
		'better.json': better ?? '',
		'worse.json': worse ?? '',
		'both.json': renderJson(twoBuilds),
		'c.toml': '[[rule]]\nclaims = "*"\nexpect = "may-be-lost"\nreason = "x"\n',
		'past.toml': '[[rule]]\nclaims = "*"\nexpect = "honored"\nuntil = 2020-01-31\nreason = "x"\n',
		'warns.toml': '[[rule]]\nclaims = "*"\nexpect = "honored"\nseverity = "warning"\nreason = "x"\n',
		'fault.toml': 'claims = []',
	});
}
