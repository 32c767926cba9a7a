/** This file runs the commands of the examples for tmt, GitLab and GitHub, and reads their files with a YAML reader. */

import {spawnSync} from 'node:child_process';
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {given, needing, program} from '../support/needs.js';
import {asCopied, edit, layOut, root} from '../support/packaging.js';

const quick = '[[rule]]\nclaims = "time/interpreter"\nexpect = "not-overridable"\nreason = "Broken by every build."\n';

const yamlReader = given(spawnSync('/usr/bin/python3', ['-c', 'import yaml']).status === 0, 'PyYAML');

needing(yamlReader)('tmt reads the plan and the test, and the test writes a result for each override', t => {
	const {cwd, path} = layOut(t, 'tmt');
	const plan = yaml(join(cwd, 'plan.fmf'));
	const description = yaml(join(cwd, 'tests/main.fmf'));
	t.deepEqual(Object.keys(plan), ['summary', 'discover', 'prepare', 'execute']);
	t.like(description, {test: './interpose', result: 'custom', framework: 'shell'});
	t.is(readFileSync(join(cwd, '.fmf/version'), 'utf8'), '1\n');
	const ran = run('./interpose', join(cwd, 'tests'), path);
	t.is(ran.status, 0, ran.stderr);
	t.is(ran.stderr, '');
	const results = yaml(join(cwd, 'tests/results.yaml'));
	t.true(Array.isArray(results) && results.length > 50);
	t.true(Array.isArray(results) && results.every(({name}) => /^\/cpython-.+\/.+\/.+$/.test(name)));
});

test('tmt sees a broken contract as a failed result, and the test itself still ends well', t => {
	const {cwd, path} = layOut(t, 'tmt');
	edit(
		join(cwd, 'tests/interpose.toml'),
		'schema = 1',
		`schema = 1\n${quick.replace('time/interpreter', 'malloc/extension')}`,
	);
	edit(join(cwd, 'tests/interpose.toml'), '["interpreter", "extension", "dlsym"]', '["dlsym"]');
	t.is(run('./interpose', join(cwd, 'tests'), path).status, 0);
	t.regex(readFileSync(join(cwd, 'tests/results.yaml'), 'utf8'), /malloc\/extension"\n {2}result: fail\n/);
});

needing(yamlReader)('the GitLab jobs shard, merge into one page, and hold the whole to the contract', t => {
	const {cwd, path} = layOut(t, 'gitlab');
	const jobs = yaml(join(cwd, '.gitlab-ci.yml'));
	t.deepEqual(Object.keys(jobs), ['stages', 'variables', 'default', 'interpose', 'interpose-page']);
	t.is(jobs.interpose.parallel, 8);
	// This machine's Pythons may be many: two shards of one named target show the same.
	const script = (jobs.interpose.script as string[]).join('\n').replace('--all', '--no-sweep python3');
	for (const index of ['1', '2']) {
		const ran = run(script, cwd, path, {CI_NODE_INDEX: index, CI_NODE_TOTAL: '2', GITLAB_CI: 'true'});
		t.is(ran.status, 0, ran.stderr);
	}
	const page = run((jobs['interpose-page'].script as string[]).join('\n'), cwd, path);
	t.is(page.status, 0, page.stdout + page.stderr);
	t.regex(page.stdout, /The contract is kept/);
	t.true(existsSync(join(cwd, 'interpose.html')));
	for (const name of [...jobs['interpose-page'].artifacts.paths]) t.true(existsSync(join(cwd, name)), name);
});

needing(yamlReader)('the GitLab page fails where the contract is broken', t => {
	const {cwd, path} = layOut(t, 'gitlab');
	appendFileSync(join(cwd, 'interpose.toml'), quick.replace('time/interpreter', 'effect-time/interpreter'));
	edit(join(cwd, 'interpose.toml'), '"effect-time", ', '');
	const jobs = yaml(join(cwd, '.gitlab-ci.yml'));
	const script = (jobs.interpose.script as string[]).join('\n').replace('--all', '--no-sweep python3');
	t.is(run(script, cwd, path, {CI_NODE_INDEX: '1', CI_NODE_TOTAL: '1'}).status, 0);
	t.regex(readFileSync(join(cwd, 'interpose-1.xml'), 'utf8'), /<failure type="contract"/);
	const page = run((jobs['interpose-page'].script as string[]).join('\n'), cwd, path);
	t.is(page.status, 1, page.stdout + page.stderr);
});

needing(yamlReader)('the GitHub step keeps the contract, and fails with an annotation where it is broken', t => {
	const {cwd, path} = layOut(t, 'github');
	const workflow = yaml(join(cwd, 'interpose.yml'));
	const steps = workflow.jobs.interpose.steps as {run?: string; uses?: string}[];
	t.true(steps.every(step => (step.run === undefined) !== (step.uses === undefined)));
	const script = steps.filter(step => step.run !== undefined).at(-1)?.run ?? '';
	const env = {GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'summary.md')};
	t.is(run(script, cwd, path, env).status, 0);
	t.regex(readFileSync(join(cwd, 'summary.md'), 'utf8'), /^# Which overrides/);
	appendFileSync(join(cwd, 'interpose.toml'), quick.replace('time/interpreter', 'effect-time/interpreter'));
	edit(join(cwd, 'interpose.toml'), '"effect-time", ', '');
	const broken = run(script, cwd, path, env);
	t.is(broken.status, 1);
	t.regex(broken.stderr, /^::error file=interpose\.toml,line=\d+,col=1,title=effect-time\/interpreter::/m);
});

needing(yamlReader)('the action keeps the cache of each run, and begins with that of the last one', t => {
	const [cache] = yaml(join(root, 'action.yml')).runs.steps;
	// biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the file's.
	const own = '-${{ github.run_id }}';
	t.true(cache.with.key.endsWith(own));
	t.is(cache.with['restore-keys'], cache.with.key.slice(0, -own.length + 1));
});

needing(program('shellcheck'))('shellcheck finds nothing in the scripts', t => {
	const {cwd} = layOut(t, '.');
	const scripts = [
		'debian/tests/interpose',
		'tmt/tests/interpose',
		'slurm/interpose.sbatch',
		'bundle',
		'build-bundle',
		'build-deb',
		'build-rpm',
		'prebuild',
		'run-bundle',
	];
	const {stdout} = spawnSync('shellcheck', scripts, {cwd, encoding: 'utf8'});
	t.is(stdout, '');
});

/** The steps of each example that are commands, in their order, as its file has them. */
const steps = {
	github: cwd => yaml(join(cwd, 'interpose.yml')).jobs.interpose.steps.flatMap(({run}: {run?: string}) => run ?? []),
	action: () => yaml(join(root, 'action.yml')).runs.steps.flatMap(({run}: {run?: string}) => run ?? []),
	gitlab: cwd => {
		const jobs = yaml(join(cwd, '.gitlab-ci.yml'));
		return [...jobs.default.before_script, ...jobs.interpose.script, ...jobs['interpose-page'].script];
	},
	tmt: cwd => [yaml(join(cwd, 'plan.fmf')).prepare.script, `cd tests && ${yaml(join(cwd, 'tests/main.fmf')).test}`],
} as const satisfies Readonly<Record<string, (cwd: string) => readonly string[]>>;

const asItIs = test.macro((t: ExecutionContext, name: keyof typeof steps) => {
	const {cwd, env} = asCopied(t, name === 'action' ? 'github' : name);
	const system = {CI_NODE_INDEX: '1', CI_NODE_TOTAL: '1', GITHUB_STEP_SUMMARY: join(cwd, 'summary.md')};
	// What the action is given by a workflow.
	const inputs = {TARGETS: 'python3', CONTRACT: 'interpose.toml'};
	const commands = steps[name](cwd);
	const go = (list: readonly string[]) =>
		spawnSync('bash', ['--norc', '-euc', list.join('\n').replace('--all', 'python3')], {
			cwd,
			encoding: 'utf8',
			env: {...env, ...system, ...inputs},
		});
	t.regex(commands[0] ?? '', /^npm install /);
	const without = go(commands.slice(1));
	t.is(without.status, 127, without.stdout + without.stderr);
	t.regex(without.stderr, /pyinterpose: (command )?not found/);
	const ran = go(commands);
	t.is(ran.status, 0, ran.stdout + ran.stderr);
});

needing(yamlReader, program('npm')).serial('so do the steps of the composite action', asItIs, 'action');
needing(yamlReader, program('npm')).serial(
	'the GitHub steps install the command and run it; without it they fail',
	asItIs,
	'github',
);
needing(yamlReader, program('npm')).serial('so do the GitLab jobs', asItIs, 'gitlab');
needing(yamlReader, program('npm')).serial('so do the plan and the test of tmt', asItIs, 'tmt');

function run(script: string, cwd: string, path: string, env: Readonly<Record<string, string>> = {}) {
	return spawnSync('bash', ['--norc', '-euc', script], {
		cwd,
		encoding: 'utf8',
		env: {PATH: path, HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8', ...env},
	});
}

/** Undefined, and the test skipped, where the machine has no YAML reader. */
// biome-ignore lint/suspicious/noExplicitAny: a file's contents, looked at by the test that asks.
function yaml(path: string): any {
	const program = 'import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)';
	const {status, stdout, stderr} = spawnSync('/usr/bin/python3', ['-c', program, path], {encoding: 'utf8'});
	if (status === 0) return JSON.parse(stdout);
	throw new Error(stderr);
}
