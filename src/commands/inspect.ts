/** This file is `pyinterpose inspect`: the static witness for any ELF object. */

import {SuiteError, UsageError} from '../errors.js';
import {gatherStatic} from '../gather/static.js';
import type {InspectReport} from '../model/binding.js';
import {visible} from '../model/visible.js';
import {renderInspect} from '../render/inspect.js';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io} from './command.js';

export const inspect: Command = {
	name: 'inspect',
	positionals: 'FILE...',
	summary: 'how an ELF object refers to the functions that it exports, and what an override reaches',
	options: [
		{name: 'json', help: 'write JSON'},
		{name: 'symbols', help: 'tell of each function, not only of the object'},
	],
	run,
};

async function run({positionals, options, io}: Invocation): Promise<ExitStatus> {
	if (positionals.length === 0)
		throw new UsageError('inspect needs a file.', {hint: "See 'pyinterpose inspect --help'."});
	const reports: InspectReport[] = [];
	for (const path of positionals) {
		const report = await reportOf(gatherStatic(path, {env: io.env}), io);
		if (report !== null) reports.push(report);
	}
	io.stdout.write(options.flag('json') ? await toJson(reports) : toText(reports, options.flag('symbols'), io));
	return reports.length === positionals.length ? exitStatus.asExpected : exitStatus.suiteFailed;
}

/** Null where the file could not be inspected, which is said on standard error. */
async function reportOf(
	witness: Promise<{readonly report: InspectReport}>,
	{stderr}: Io,
): Promise<InspectReport | null> {
	try {
		return (await witness).report;
	} catch (error) {
		if (!(error instanceof SuiteError)) throw error;
		const hint = error.hint === undefined ? '' : `${error.hint}\n`;
		stderr.write(`pyinterpose: ${visible(error.message)}\n${hint}`);
		return null;
	}
}

/** Loaded where it is asked for: a warm run spends most of its time on loading. */
async function toJson(reports: readonly InspectReport[]): Promise<string> {
	const {jsonText} = await import('../render/json.js');
	return jsonText({schema: 1, files: reports});
}

function toText(reports: readonly InspectReport[], symbols: boolean, {stdout}: Io): string {
	return reports.map(report => renderInspect(report, {colour: stdout.colour, symbols})).join(symbols ? '\n' : '');
}
