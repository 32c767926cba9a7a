/** This file runs the hooks for pre-commit and the component for GitLab, as their files have them. */

import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {given, needing, program} from '../support/needs.js';
import {asCopied, layOut, root} from '../support/packaging.js';
import {python} from '../support/python.js';

const reads = spawnSync('/usr/bin/python3', ['-c', 'import yaml']).status === 0;
const withYaml = needing(given(reads, 'PyYAML'));

interface Hook {
	readonly id: string;
	readonly entry: string;
	readonly language: string;
	readonly files: string;
	readonly pass_filenames?: boolean;
}

const good = '[[rule]]\nclaims = "clock_gettime/dlsym"\nexpect = "honored"\nreason = "A test."\n';
const broken = good.replace('"honored"', '"not-overridable"');

/** Runs a hook on what is committed, as pre-commit does: the entry's words, then the files that its pattern finds. */
function hooked(t: ExecutionContext, id: string, files: Readonly<Record<string, string>>) {
	const [hooks] = yaml<readonly Hook[]>(join(root, '.pre-commit-hooks.yaml'));
	const hook = hooks?.find(one => one.id === id);
	if (hook === undefined) throw new Error(`there is no hook ${id}`);
	const {cwd, path} = layOut(t, 'github');
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(join(cwd, name, '..'), {recursive: true});
		writeFileSync(join(cwd, name), text);
	}
	const found = Object.keys(files).filter(name => new RegExp(hook.files).test(name));
	const words = [...hook.entry.split(' '), ...(hook.pass_filenames === false ? [] : found)];
	const {status, stdout, stderr} = spawnSync('/usr/bin/env', ['-i', `PATH=${path}`, `HOME=${cwd}`, ...words], {
		cwd,
		encoding: 'utf8',
	});
	return {found, status, output: stdout + stderr};
}

withYaml('pre-commit finds what it needs of each hook, and the command at the top of the repository', t => {
	const [hooks] = yaml<readonly Hook[]>(join(root, '.pre-commit-hooks.yaml'));
	t.deepEqual(
		hooks?.map(({id, language}) => [id, language]),
		[
			['pyinterpose-contract', 'system'],
			['pyinterpose-check', 'system'],
		],
	);
	const {bin} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	for (const {entry} of hooks ?? []) t.true(Object.hasOwn(bin, entry.split(' ')[0] ?? ''), entry);
});

withYaml('the hook on contracts passes where each can be read, and names the line where one cannot', t => {
	const kept = hooked(t, 'pyinterpose-contract', {'interpose.toml': good, 'a/interpose.toml': good, 'other.toml': '='});
	t.deepEqual(kept, {found: ['interpose.toml', 'a/interpose.toml'], status: 0, output: ''});
	const faulty = hooked(t, 'pyinterpose-contract', {'interpose.toml': good, 'a/interpose.toml': '\nclaims = []'});
	t.is(faulty.status, 2);
	t.regex(faulty.output, /^pyinterpose: error: a\/interpose\.toml:2:1: /);
});

withYaml(
	'the hook on the Python passes where it keeps the contract of pyinterpose.toml, and fails where it does not',
	t => {
		const config = `targets = "${python}"\ncontract = "interpose.toml"\n[options.check]\nno-sweep = true\nsymbols = "libc-time"\n`;
		const run = (contract: string) =>
			hooked(t, 'pyinterpose-check', {'pyinterpose.toml': config, 'interpose.toml': contract});
		const kept = run(good);
		t.is(kept.status, 0, kept.output);
		t.deepEqual(kept.found, ['pyinterpose.toml', 'interpose.toml']);
		const lost = run(broken);
		t.is(lost.status, 1, lost.output);
		t.regex(lost.output, /interpose\.toml:1:1/);
	},
);

const component = 'gitlab-component/templates/pyinterpose.yml';

/** As GitLab does: the inputs of an include, or their defaults, in the place of what names them. */
function included(given: Readonly<Record<string, string>>): Readonly<Record<string, Job>> {
	const [head] = yaml<{spec: {inputs: Record<string, {default?: string; description: string}>}}>(
		join(root, 'packaging', component),
	);
	const [, body = ''] = readFileSync(join(root, 'packaging', component), 'utf8').split(/^---$/m);
	const values = Object.entries(head?.spec.inputs ?? {}).map(
		([name, input]) => [name, given[name] ?? input.default] as const,
	);
	const missing = values.find(([, value]) => value === undefined);
	if (missing !== undefined) throw new Error(`the input ${missing[0]} is not given`);
	const table = new Map(values);
	const filled = body.replaceAll(/\$\[\[ inputs\.(\w+) \]\]/g, (_, name: string) => {
		const value = table.get(name);
		if (value === undefined) throw new Error(`there is no input ${name}`);
		return value;
	});
	return yamlText<Record<string, Job>>(filled)[0] ?? {};
}

interface Job {
	readonly variables: Readonly<Record<string, string>>;
	readonly before_script: readonly string[];
	readonly script: readonly string[];
	readonly artifacts: {readonly paths: readonly string[]; readonly reports: Readonly<Record<string, string>>};
}

withYaml('the component wants an image, and everything else has its default', t => {
	t.throws(() => included({}), {message: 'the input image is not given'});
	const jobs = included({image: 'debian:13', job: 'python overrides'});
	t.deepEqual(Object.keys(jobs), ['python overrides']);
	t.deepEqual(jobs['python overrides']?.variables, {
		PYINTERPOSE: 'pyinterpose',
		PYINTERPOSE_TARGETS: 'python3',
		PYINTERPOSE_CONTRACT: '',
	});
});

needing(given(reads, 'PyYAML'), program('npm'))(
	'the job of the component installs the command and holds the Python to the contract',
	t => {
		const {cwd, env} = asCopied(t, 'gitlab');
		writeFileSync(join(cwd, 'good.toml'), good);
		writeFileSync(join(cwd, 'broken.toml'), broken);
		copyFileSync(join(root, 'package.json'), join(cwd, 'unrelated.json'));
		const go = (contract: string, installed = true) => {
			const job = Object.values(
				included({image: 'any', contract, targets: `${python} ${python}`, pyinterpose: env.PYINTERPOSE ?? ''}),
			)[0];
			if (job === undefined) throw new Error('there is no job');
			const script = [...(installed ? job.before_script : []), ...job.script].join('\n');
			const {status, stdout, stderr} = spawnSync('bash', ['--norc', '-euc', script], {
				cwd,
				encoding: 'utf8',
				env: {...env, ...job.variables},
			});
			return {job, status, output: stdout + stderr};
		};
		const missing = go('good.toml', false);
		t.is(missing.status, 127, missing.output);
		const kept = go('good.toml');
		t.is(kept.status, 0, kept.output);
		for (const name of [...kept.job.artifacts.paths, ...Object.values(kept.job.artifacts.reports)]) {
			t.true(existsSync(join(cwd, name)), name);
		}
		t.is(go('').status, 0);
		t.is(go('broken.toml').status, 1);
	},
);

/** Each document of the file. */
function yaml<T>(path: string): readonly T[] {
	return yamlText(readFileSync(path, 'utf8'));
}

function yamlText<T>(text: string): readonly T[] {
	const program = 'import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)';
	const {status, stdout, stderr} = spawnSync('/usr/bin/python3', ['-c', program], {input: text, encoding: 'utf8'});
	if (status !== 0) throw new Error(stderr);
	return JSON.parse(stdout);
}
