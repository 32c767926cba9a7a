/** This file is `pyinterpose history`: what builds lost and gained over a folder of saved reports. */

import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {follow, historyOf, type OpenLine} from '../contract/history.js';
import {SuiteError, UsageError} from '../errors.js';
import type {History} from '../model/history.js';
import {byNaturalOrder} from '../model/order.js';
import {visible} from '../model/visible.js';
import {cannotBeRead} from '../process/file-errors.js';
import {renderHistory} from '../render/history/history.js';
import {jsonText} from '../render/json.js';
import {callerRows, countOf, standingOf} from '../render/report/standing.js';
import {type Command, exitStatus, type Io} from './command.js';
import {deliver, outputOptions, planOutput} from './output.js';
import {progressLine} from './progress.js';
import {readReport} from './saved.js';

const formats = ['terminal', 'json', 'html'] as const;

export const history: Command = {
	name: 'history',
	positionals: 'FOLDER',
	summary: 'what each build lost and gained over the saved reports (*.json) of a folder, oldest first by file name',
	options: outputOptions(formats).filter(({name}) => name !== 'skip-exit-code'),
	async run(invocation) {
		const {positionals, options, io} = invocation;
		const [folder, ...more] = positionals;
		if (folder === undefined || more.length > 0) {
			throw new UsageError('history takes one folder of saved reports.', {
				hint: "Save reports there with 'pyinterpose check --output json=FOLDER/NAME.json', by names that sort by age.",
			});
		}
		const plan = planOutput(invocation, formats);
		const told = await read(folder, io, options.flag('quiet'));
		await deliver(
			plan,
			{
				terminal: terminal => renderHistory(told, terminal, report => join(folder, report)),
				json: () => jsonText(told),
				html: async () => (await import('../render/html/history.js')).renderHistoryHtml(told),
			},
			io,
		);
		return exitStatus.asExpected;
	},
};

/** One report at a time: of those before it only the newest of each build is held. Errors: SuiteError naming the file. */
async function read(folder: string, io: Io, isQuiet: boolean): Promise<History> {
	const names = reportsIn(folder);
	const progress = progressLine(io.stderr, isQuiet);
	let lines: readonly OpenLine[] = [];
	try {
		for (const [at, name] of names.entries()) {
			progress.show(`${visible(name)} (${at + 1} of ${names.length})`);
			const report = await readReport(join(folder, name), io.signal);
			lines = follow(lines, name, report, target => {
				const standing = standingOf(target, 'python', callerRows);
				return {works: countOf(standing, 'works'), functions: standing.functions.length};
			});
		}
	} finally {
		progress.clear();
	}
	return historyOf(names, lines);
}

/** By file name, numbers by their value: 3.9.2 before 3.9.10. A report has no date of its own. */
function reportsIn(folder: string): readonly string[] {
	const names = inFolder(folder).filter(name => name.endsWith('.json') && !name.startsWith('.'));
	if (names.length === 0) {
		throw new SuiteError(`${folder} holds no saved report (*.json).`, {
			hint: `Save one there: 'pyinterpose check --output json=${join(folder, 'NAME.json')}'.`,
		});
	}
	return names.sort(byNaturalOrder);
}

function inFolder(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch (cause) {
		throw cannotBeRead(folder, cause, 'Name a folder of saved reports.');
	}
}
