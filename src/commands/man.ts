/** This file is `pyinterpose man` and `pyinterpose completion`: what a package installs beside the command. */

import {UsageError} from '../errors.js';
import {toolFacts} from '../tool.js';
import {type Command, exitStatus} from './command.js';
import {completions, shells} from './completion/completions.js';
import {manPage} from './man-page.js';

/** The commands are handed in: their list holds these two as well. */
type Commands = () => Promise<readonly Command[]>;

export const man = (commands: Commands): Command => ({
	name: 'man',
	positionals: '',
	summary: 'write the manual page, as troff',
	options: [],
	async run({io}) {
		const epoch = Number(io.env.SOURCE_DATE_EPOCH ?? Number.NaN);
		const known = Number.isSafeInteger(epoch) && epoch >= 0 && epoch < 2 ** 35;
		io.stdout.write(manPage(await commands(), {version: toolFacts().version, epoch: known ? epoch : undefined}));
		return exitStatus.asExpected;
	},
});

export const completion = (commands: Commands): Command => ({
	name: 'completion',
	positionals: shells.join('|'),
	firstWords: shells,
	summary: 'write completions for a shell',
	options: [],
	async run({positionals: [name], io}) {
		const shell = shells.find(shell => shell === name);
		if (shell === undefined) throw new UsageError(`completion takes one of ${shells.join(', ')}.`);
		io.stdout.write(completions(await commands(), shell));
		return exitStatus.asExpected;
	},
});
