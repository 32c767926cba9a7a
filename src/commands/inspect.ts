/** This file is `pyinterpose inspect`: the static witness for any ELF object. */

import {UsageError} from '../errors.js';
import {gatherSummary, summaryOf} from '../gather/static.js';
import {renderInspect} from '../render/inspect/inspect.js';
import {type Command, type ExitStatus, exitStatus, type Invocation} from './command.js';
import {inspectEach} from './inspect-each.js';

export const inspect: Command = {
	name: 'inspect',
	positionals: 'FILE|PACKAGE|FOLDER...',
	summary: 'how an ELF object refers to the functions that it exports, and what an override reaches',
	options: [
		{name: 'json', help: 'write JSON'},
		{name: 'symbols', help: 'tell of each function, not only of the object'},
		{name: 'data', help: 'tell of the variables that they export, in place of the functions; with --json, beside them'},
		{name: 'contract', value: 'FILE', help: 'hold the objects to this contract: exit 1 where one does not keep it'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options, io} = invocation;
	if (positionals.length === 0) {
		throw new UsageError('inspect needs a file.', {hint: "See 'pyinterpose inspect --help'."});
	}
	if (options.flag('data')) return (await import('./inspect-data.js')).inspectData(invocation);
	if (options.flag('json') || options.flag('symbols') || options.text('contract') !== undefined) {
		// Loaded where it is asked for: a run whose results are kept spends most of its time on loading.
		return (await import('./inspect-symbols.js')).inspectSymbols(invocation);
	}
	const {results, packages, failed} = await inspectEach(
		positionals,
		io,
		path => gatherSummary(path, {env: io.env}),
		summaryOf,
	);
	for (const summary of results) io.stdout.write(renderInspect(summary, io.stdout.colour));
	io.stdout.write(packages);
	return failed ? exitStatus.suiteFailed : exitStatus.asExpected;
}
