/** This file runs the examples that cut a distribution's Pythons into parts, and holds the joined parts to the whole. */

import {spawnSync} from 'node:child_process';
import {copyFileSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {layOut} from '../support/packaging.js';
import {python} from '../support/python.js';
import {workshop} from '../support/workshop.js';

/** What is the same however a report was made; the workload counts a call or two more or less. */
function answers(path: string) {
	return parseReport(readFileSync(path, 'utf8'), path).targets.map(({id, functions}) => ({
		id,
		verdicts: functions.flatMap(({symbol, calls}) =>
			calls.map(({caller, verdict}) => `${symbol}/${caller} ${verdict.kind}`),
		),
	}));
}

/** Runs each of two parts, then joins them. */
function joinedEqualsWhole(t: ExecutionContext, cwd: string, path: string, part: (index: number) => void): void {
	const command = (words: readonly string[]) =>
		spawnSync('pyinterpose', words, {cwd, encoding: 'utf8', env: {PATH: path, HOME: cwd, LANG: 'C.UTF-8'}});
	part(1);
	part(2);
	const joined = command(['merge', '--quiet', 'interpose-1.json', 'interpose-2.json', '--output', 'json=joined.json']);
	t.not(joined.status, 2, joined.stderr);
	const whole = command([
		'check',
		'--quiet',
		'--skip-exit-code',
		...options,
		'--output',
		'json=whole.json',
		...targets(cwd),
	]);
	t.is(whole.status, 0, whole.stderr);
	t.is(answers(join(cwd, 'whole.json')).length, 2);
	t.deepEqual(answers(join(cwd, 'joined.json')), answers(join(cwd, 'whole.json')));
}

const options = ['--no-sweep', '--symbols', 'libc-time'];

/** Two Pythons, one to a part: the machine's, and a copy of it, for a bare machine has no other. */
function targets(cwd: string): readonly string[] {
	const copy = join(cwd, 'python3-copy');
	copyFileSync(python, copy);
	return [python, copy];
}

test('the parts of the Slurm array, joined, say what one check of all says', t => {
	const {cwd, path} = layOut(t, 'slurm');
	joinedEqualsWhole(t, cwd, path, index => {
		const ran = spawnSync('bash', ['interpose.sbatch', ...options, ...targets(cwd)], {
			cwd,
			encoding: 'utf8',
			env: {PATH: path, HOME: cwd, SLURM_ARRAY_TASK_ID: String(index), SLURM_ARRAY_TASK_COUNT: '2'},
		});
		t.is(ran.status, 0, ran.stderr);
	});
});

test('so do the parts of the indexed Job of Kubernetes', t => {
	const {cwd, path} = layOut(t, 'kubernetes');
	const text = readFileSync(join(cwd, 'job.yaml'), 'utf8');
	const [, folded = ''] = /args:\n +- >-\n((?: {14}\S.*\n)+)/.exec(text) ?? [];
	t.regex(folded, /--shard/);
	const script = folded.replaceAll(/\n? {14}/g, ' ').replace('--all', [...options, ...targets(cwd)].join(' '));
	joinedEqualsWhole(t, cwd, path, index => {
		const ran = spawnSync('sh', ['-euc', script], {
			cwd,
			encoding: 'utf8',
			env: {PATH: path, HOME: cwd, JOB_COMPLETION_INDEX: String(index - 1), PARTS: '2', REPORTS: cwd},
		});
		t.is(ran.status, 0, ran.stderr);
	});
});

test('a part without its number is an error, never an empty success', t => {
	const {cwd, path} = layOut(t, 'slurm');
	const {work} = {work: workshop(t)};
	const ran = spawnSync('bash', [join(cwd, 'interpose.sbatch')], {
		cwd: work.folder,
		encoding: 'utf8',
		env: {PATH: path},
	});
	t.not(ran.status, 0);
	t.regex(ran.stderr, /SLURM_ARRAY_TASK_ID/);
});
