/** This file drives `check` in its formats, with contracts, baselines and shards, on the machine's own Python. */

import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {renderJson} from '../../src/render/json.js';
import {cli, folder} from '../support/cli.js';
import {file, needing} from '../support/needs.js';
import {systemLibpythons} from '../support/pythons.js';
import {changed, everyKind, report, target} from '../support/reports.js';

// One family and no sweep: these tests are about what is done with a report.
const quick = ['check', '--no-sweep', '--symbols', 'libc-time'] as const;

test('every format of one run is written, and standard output has the one asked for', t => {
	const cwd = folder(t);
	const formats = ['terminal', 'json', 'markdown', 'junit', 'tap', 'tmt', 'html', 'codequality'];
	const ran = cli([...quick, '--json', ...formats.flatMap(format => ['--output', `${format}=r.${format}`])], {cwd});
	t.is(ran.status, 0, ran.stderr);
	t.is(ran.stderr, '');
	t.deepEqual(readdirSync(cwd).sort(), formats.map(format => `r.${format}`).sort());
	t.is(readFileSync(join(cwd, 'r.json'), 'utf8'), ran.stdout);
	t.is(renderJson(parseReport(ran.stdout, 'it')), ran.stdout);
});

test('a contract written from a run is kept by the next, and broken where it asks for more', t => {
	const cwd = folder(t);
	writeFileSync(join(cwd, 'r.json'), cli([...quick, '--json'], {cwd}).stdout);
	t.is(cli(['contract', 'init', 'r.json', '--file', 'interpose.toml'], {cwd}).status, 0);
	const kept = cli([...quick, '--contract', 'interpose.toml'], {cwd});
	t.is(kept.status, 0, kept.stderr);
	t.regex(kept.stdout, /^The contract is kept: (\d+) of \1 claims\.\n/);
	const rule = '\n[[rule]]\nclaims = "time/deepbind"\nexpect = "honored"\nreason = "Nothing may be missed."\n';
	writeFileSync(join(cwd, 'more.toml'), rule);
	const broken = cli([...quick, '--contract', 'more.toml'], {cwd});
	t.is(broken.status, 1, broken.stderr);
	for (const part of [
		/time\/deepbind on cpython-/,
		/expected: honored/,
		/seen: {5}bypassed: none of \d+ calls ran the override: the\s+calling\s+library\s+was\s+opened\s+with\s+RTLD_DEEPBIND/,
		/reason: {3}Nothing may be missed\./,
		/rule: {5}more\.toml:2:1/,
		/more: {5}pyinterpose explain time \//,
	]) {
		t.regex(broken.stdout, part);
	}
	t.is(cli([...quick, '--contract', 'more.toml', '--skip-exit-code'], {cwd}).status, 0);
});

// Calls from inside of Debian's libpython pass every override by.
const library = systemLibpythons()[0];
const onLibrary = needing(file(library, 'a libpython'));

onLibrary('a run keeps its own baseline, and breaks one that honored more', t => {
	const cwd = folder(t);
	const checked = ['check', '--no-sweep', '--symbols', 'PyErr_Occurred', library ?? ''];
	const {stdout} = cli([...checked, '--json'], {cwd});
	writeFileSync(join(cwd, 'base.json'), stdout);
	t.is(cli([...checked, '--baseline', 'base.json'], {cwd}).status, 0);
	const honored = parseReport(stdout, 'it').targets.map(one => ({
		...one,
		functions: changed(one, claim => ({...claim, verdict: {kind: 'honored', calls: 20}})),
	}));
	writeFileSync(join(cwd, 'better.json'), renderJson(report(honored)));
	const ran = cli([...checked, '--baseline', 'better.json'], {cwd});
	t.is(ran.status, 1);
	t.regex(ran.stdout, /reason: {3}better\.json has it so\./);
});

test('on GitHub the summary page gets the report and standard error the annotations', t => {
	const cwd = folder(t, {
		'more.toml': '[[rule]]\nclaims = "time/deepbind"\nexpect = "honored"\nreason = "x"\n',
	});
	const env = {GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'summary.md')};
	const ran = cli([...quick, '--contract', 'more.toml', '--json'], {cwd, env});
	t.regex(ran.stderr, /^::error file=more\.toml,line=1,col=1,title=time\/deepbind::/);
	t.regex(readFileSync(join(cwd, 'summary.md'), 'utf8'), /^# Which overrides/);
	t.notThrows(() => parseReport(ran.stdout, 'it'));
	t.is(cli([...quick, '--json'], {cwd}).stderr, '');
});

test('two shards of one target are that target and nothing', t => {
	const parts = ['1/2', '2/2'].map(shard => {
		const ran = cli([...quick, '--json', '--shard', shard]);
		t.is(ran.status, 0, ran.stderr);
		return parseReport(ran.stdout, shard).targets.length;
	});
	t.deepEqual(parts, [1, 0]);
});

test('the same run gives the same JSON twice', t => {
	const once = () => cli([...quick, '--json']).stdout;
	t.is(once(), once());
});

test(
	'a shard that is no part is one clear sentence',
	fails,
	['--shard', '3/2'],
	/takes a part of a whole, such as 2\/8, not '3\/2'/,
);
test(
	'a contract that is not there is one clear sentence',
	fails,
	['--contract', 'none.toml'],
	/none\.toml cannot be read/,
);
test(
	'a contract with a fault is one clear sentence, before any Python starts',
	fails,
	['--contract', 'fault.toml', 'no-such-python'],
	/^pyinterpose: error: fault\.toml:1:1: /,
);
test('a baseline that is cut is one clear sentence', fails, ['--baseline', 'cut.json'], /cut\.json ends in the middle/);
test(
	'a baseline of another Python is one clear sentence',
	fails,
	['--baseline', 'other.json'],
	/other\.json has no build in common/,
);
test(
	'an output that cannot be written is one clear sentence',
	fails,
	['--output', 'json=no/r.json'],
	/no\/r\.json cannot be written/,
);

function fails(t: ExecutionContext, args: readonly string[], names: RegExp): void {
	const other = [1, 2].map(id => target({id: `pypy-${id}`, python: {...target().python, implementation: 'pypy'}}));
	const cwd = folder(t, {
		'fault.toml': 'claims = 1',
		'cut.json': renderJson(everyKind).slice(0, 99),
		'other.json': renderJson(report(other)),
	});
	const ran = cli([...quick, ...args], {cwd});
	t.is(ran.status, 2);
	t.is(ran.stdout, '');
	t.regex(ran.stderr, names);
	t.true(ran.stderr.trimEnd().split('\n').length <= 2, ran.stderr);
}
