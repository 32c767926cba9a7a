/** This file is `pyinterpose lab`: real CPythons under named flag sets, and what each wins and loses. */

import {UsageError} from '../errors.js';
import type {Command, ExitStatus, Invocation} from './command.js';
import {runBuild} from './lab/build.js';
import {runClean} from './lab/clean.js';
import {runList} from './lab/list.js';

export const lab: Command = {
	name: 'lab',
	positionals: 'list | build [VARIANT...] | clean [VARIANT...]',
	summary: 'build real CPythons under named flag sets',
	options: [
		{name: 'source', value: 'PATH', help: "a CPython's tarball or folder (the distribution's, by apt-get)"},
		{name: 'quick', help: 'leave out of a build what no probe needs'},
		{name: 'all', help: 'every variant, those that take long as well'},
		{name: 'jobs', value: 'N', help: 'how many compilers at a time (the number of processors)'},
		{name: 'json', help: 'write JSON'},
	],
	run,
};

const actions: ReadonlyMap<string, (invocation: Invocation) => Promise<ExitStatus>> = new Map([
	['list', runList],
	['build', runBuild],
	['clean', runClean],
]);

async function run(invocation: Invocation): Promise<ExitStatus> {
	const [name = '', ...positionals] = invocation.positionals;
	const action = actions.get(name);
	if (action === undefined) {
		throw new UsageError(name === '' ? 'lab needs an action.' : `lab has no action '${name}'.`, {
			hint: `The actions are ${[...actions.keys()].join(', ')}.`,
		});
	}
	return action({...invocation, positionals});
}
