/** This file is `pyinterpose inspect` where each function counts: `--json`, `--symbols`, `--contract`. */

import {holdInspected} from '../contract/check.js';
import {gatherStatic, summaryOf} from '../gather/static.js';
import type {InspectReport} from '../model/binding.js';
import type {Held} from '../model/contract.js';
import {renderInspect} from '../render/inspect/inspect.js';
import {renderSymbols} from '../render/inspect/inspect-symbols.js';
import {jsonText} from '../render/json.js';
import {renderHeld} from '../render/report/broken.js';
import {type ExitStatus, exitStatus, type Invocation, type Io} from './command.js';
import {contractFrom} from './contract-file.js';
import {inspectEach} from './inspect-each.js';
import {heldTo} from './outcome.js';
import {statusOf, terminalOf} from './output.js';

export async function inspectSymbols({positionals, options, io}: Invocation): Promise<ExitStatus> {
	const hold = await contractOf(options.text('contract'), io);
	const {
		results: reports,
		packages,
		failed,
	} = await inspectEach(
		positionals,
		io,
		async path => (await gatherStatic(path, {env: io.env})).report,
		report => report,
	);
	const held = hold === null || reports.length === 0 ? null : hold(reports);
	if (options.flag('json')) {
		io.stdout.write(
			jsonText({schema: 1, files: reports, ...(held === null ? {} : {broken: held.broken, ended: held.ended})}),
		);
	} else {
		io.stdout.write(toText(reports, options.flag('symbols'), io) + packages);
		if (held !== null) io.stdout.write(`\n${renderHeld(held, terminalOf(io))}`);
	}
	if (failed) return exitStatus.suiteFailed;
	return statusOf({failed: false, ...heldTo(held?.broken ?? [])}, options);
}

/** Read before the work begins; null where nothing is expected. */
async function contractOf(
	path: string | undefined,
	io: Io,
): Promise<((reports: readonly InspectReport[]) => Held) | null> {
	if (path === undefined) return null;
	const contract = await contractFrom(path, io);
	return reports => holdInspected(reports, contract);
}

function toText(reports: readonly InspectReport[], symbols: boolean, {stdout}: Io): string {
	return reports
		.map(report => {
			const text = renderInspect(summaryOf(report), stdout.colour);
			return symbols ? text + renderSymbols(report.symbols, stdout.colour) : text;
		})
		.join(symbols ? '\n' : '');
}
