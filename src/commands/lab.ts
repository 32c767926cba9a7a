/** This file is `pyinterpose lab`: real CPythons under named flag sets, and what each wins and loses. */

import {UsageError} from '../errors.js';
import {meant} from '../meant.js';
import type {Command, ExitStatus, Invocation} from './command.js';

type Action = (invocation: Invocation) => Promise<ExitStatus>;

/** Each is loaded when it is asked for. */
const actions: ReadonlyMap<string, () => Promise<Action>> = new Map([
	['list', async () => (await import('./lab/list.js')).runList],
	['build', async () => (await import('./lab/build.js')).runBuild],
	['report', async () => (await import('./lab/report.js')).runReport],
	['bisect', async () => (await import('./lab/bisect.js')).runBisect],
	['clean', async () => (await import('./lab/clean.js')).runClean],
]);

export const lab: Command = {
	name: 'lab',
	positionals: 'list | build [VARIANT...] | report [VARIANT...] | bisect GOOD BAD | clean [VARIANT...]',
	firstWords: [...actions.keys()],
	summary: 'build real CPythons under named flag sets',
	options: [
		{name: 'source', value: 'PATH', help: "a CPython's tarball or folder (the distribution's, by apt-get)"},
		{name: 'quick', help: 'leave out of a build what no probe needs'},
		{name: 'all', help: 'build: every variant, those that take long as well'},
		{name: 'jobs', value: 'N', help: 'build: how many compilers at a time (the number of processors)'},
		{
			name: 'format',
			value: 'FORMAT',
			words: ['terminal', 'markdown', 'html', 'svg', 'json'],
			help: 'report: terminal, markdown, html, svg or json (terminal)',
		},
		{
			name: 'from',
			value: 'FILE',
			help: 'report: a sheet that was saved with --json, instead of a new one; for svg also one in Markdown (*.md)',
		},
		{
			name: 'measured',
			value: 'FILE',
			multiple: true,
			help: "report: what 'bench --json' wrote of variants by name, instead of measuring",
		},
		{name: 'no-bench', help: 'report: check only, measure no speed'},
		{name: 'seconds', value: 'SECONDS', help: 'report: how long one workload may take, all builds together'},
		{name: 'claim', value: 'CLAIM', help: 'bisect: the claim, such as PyErr_Occurred/interpreter'},
		{name: 'json', help: 'write JSON'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const [name = '', ...positionals] = invocation.positionals;
	const load = actions.get(name);
	if (load === undefined) {
		throw new UsageError(name === '' ? 'lab needs an action.' : `lab has no action '${name}'.`, {
			hint: meant(name, [...actions.keys()], `The actions are ${[...actions.keys()].join(', ')}.`),
		});
	}
	return (await load())({...invocation, positionals});
}
