/** This file is `pyinterpose inspect`: the static witness for any ELF object. */

import {SuiteError, UsageError} from '../errors.js';
import {gatherSummary} from '../gather/static.js';
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
		{name: 'contract', value: 'FILE', help: 'hold the objects to this contract: exit 1 where one does not keep it'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options, io} = invocation;
	if (positionals.length === 0) {
		throw new UsageError('inspect needs a file.', {hint: "See 'pyinterpose inspect --help'."});
	}
	if (options.flag('json') || options.flag('symbols') || options.text('contract') !== undefined) {
		// Loaded where it is asked for: a run whose results are kept spends most of its time on loading.
		return (await import('./inspect-symbols.js')).inspectSymbols(invocation);
	}
	const summaries = await eachFile(positionals, io, path => gatherSummary(path, {env: io.env}));
	for (const summary of summaries) io.stdout.write(renderInspect(summary, io.stdout.colour));
	return summaries.length === positionals.length ? exitStatus.asExpected : exitStatus.suiteFailed;
}

/** The results, without those of files that could not be inspected, of which standard error is told. */
export async function eachFile<T>(
	paths: readonly string[],
	{stderr}: Io,
	gather: (path: string) => Promise<T>,
): Promise<readonly T[]> {
	const results: T[] = [];
	for (const path of paths) {
		try {
			results.push(await gather(path));
		} catch (error) {
			if (!(error instanceof SuiteError)) throw error;
			const hint = error.hint === undefined ? '' : `${error.hint}\n`;
			stderr.write(`pyinterpose: ${visible(error.message)}\n${hint}`);
		}
	}
	return results;
}
