/** This file is `pyinterpose inspect`: the static witness for any ELF object. */

import {SuiteError, UsageError} from '../errors.js';
import {gatherStatic} from '../gather/static.js';
import type {InspectReport} from '../model/binding.js';
import type {Broken} from '../model/contract.js';
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

async function run({positionals, options, io}: Invocation): Promise<ExitStatus> {
	if (positionals.length === 0)
		throw new UsageError('inspect needs a file.', {hint: "See 'pyinterpose inspect --help'."});
	const hold = await contractOf(options.text('contract'));
	const reports: InspectReport[] = [];
	for (const path of positionals) {
		const report = await reportOf(gatherStatic(path, {env: io.env}), io);
		if (report !== null) reports.push(report);
	}
	const broken = hold === null || reports.length === 0 ? null : hold(reports);
	io.stdout.write(options.flag('json') ? await toJson(reports, broken) : toText(reports, options.flag('symbols'), io));
	if (broken !== null && !options.flag('json')) io.stdout.write(`\n${await brokenText(broken, io)}`);
	if (reports.length < positionals.length) return exitStatus.suiteFailed;
	return broken === null || broken.length === 0 ? exitStatus.asExpected : exitStatus.notAsExpected;
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

type Hold = (reports: readonly InspectReport[]) => readonly Broken[];

/** Read before the work begins; null where nothing is expected. */
async function contractOf(path: string | undefined): Promise<Hold | null> {
	if (path === undefined) return null;
	const {contractFrom} = await import('./contract-file.js');
	const {checkInspected} = await import('../contract/check.js');
	const contract = contractFrom(path);
	return reports => checkInspected(reports, contract);
}

async function brokenText(broken: readonly Broken[], io: Io): Promise<string> {
	const {renderBroken} = await import('../render/broken.js');
	const {terminalOf} = await import('./output.js');
	return renderBroken(broken, terminalOf(io));
}

/** Loaded where it is asked for: a warm run spends most of its time on loading. */
async function toJson(reports: readonly InspectReport[], broken: readonly Broken[] | null): Promise<string> {
	const {jsonText} = await import('../render/json.js');
	return jsonText({schema: 1, files: reports, ...(broken === null ? {} : {broken})});
}

function toText(reports: readonly InspectReport[], symbols: boolean, {stdout}: Io): string {
	return reports.map(report => renderInspect(report, {colour: stdout.colour, symbols})).join(symbols ? '\n' : '');
}
