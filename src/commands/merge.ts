/** This file is `pyinterpose merge`: the reports of several runs as one, written without holding them all. */

import {curatedOnly, type MergePlan, planMerge, summarise} from '../contract/merge.js';
import {SuiteError, UsageError} from '../errors.js';
import type {Report, TargetReport} from '../model/report.js';
import {isRegularFile} from '../process/input.js';
import {writeOutput} from '../process/output-file.js';
import {jsonPieces} from '../render/json.js';
import type {Command, Invocation} from './command.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';
import {
	detailsOption,
	measuredOf,
	measuredOption,
	mustShowMeasured,
	reportFormats,
	reportRenderers,
} from './report-formats.js';
import {isSavedHunt, readReport, readReportAgain} from './saved.js';

export const merge: Command = {
	name: 'merge',
	positionals: 'REPORT...',
	summary: 'join saved reports, such as those of shards, into one',
	options: [detailsOption, measuredOption, ...outputOptions(reportFormats)],
	async run(invocation) {
		const {positionals, io, options} = invocation;
		if (positionals.length === 0) throw new UsageError('merge needs a saved report.');
		if (isSavedHunt(positionals[0] ?? '')) return (await import('./hunt.js')).mergeHunts(invocation);
		const output = planOutput(invocation, reportFormats);
		mustShowMeasured(options, output);
		const held = new Map<string, Report>();
		const summaries = [];
		for (const path of positionals) {
			const report = await readReport(path, io.signal);
			// A pipe cannot be read a second time.
			if (path === '-' || !isRegularFile(path)) held.set(path, report);
			summaries.push(summarise(report, path));
		}
		const plan = planMerge(summaries);
		const targets = () => targetsOf(plan, held);
		const files = output.files.filter(({format}) => format !== 'json');
		if (output.format !== 'json' || files.length > 0) {
			const report = small(plan, targets());
			const wishes = {details: options.flag('details'), measured: await measuredOf(options, report)};
			const renderers = {
				...reportRenderers(report, null, wishes),
				json: () => '',
			};
			await deliver({format: output.format, files}, renderers, io);
		}
		for (const {path} of output.files.filter(({format}) => format === 'json')) {
			await writeOutput(path, pieces(plan, targets()), io.signal);
		}
		if (output.format === 'json') await write(pieces(plan, targets()), invocation);
		return statusOf({failed: plan.frame.failures.length > 0, broken: false, unknown: false}, options);
	},
};

/** Beyond these no page shows every swept function of every build. */
const mostSwept = 40;

function small(plan: MergePlan, targets: Iterable<TargetReport>): Report {
	const slim = plan.targets.length > mostSwept ? curatedOnly : (target: TargetReport) => target;
	return {...plan.frame, targets: [...targets].map(slim)};
}

function pieces({frame}: MergePlan, targets: Iterable<TargetReport>): Iterable<string> {
	return jsonPieces(frame, targets);
}

/** Each read again when its turn comes; the builds of one file often follow each other. */
function* targetsOf({targets}: MergePlan, held: ReadonlyMap<string, Report>): Generator<TargetReport> {
	let open: {readonly source: string; readonly report: Report} | undefined;
	for (const {source, id, newId} of targets) {
		if (open?.source !== source) open = {source, report: held.get(source) ?? readReportAgain(source)};
		const target = open.report.targets.find(one => one.id === id);
		if (target === undefined)
			throw new SuiteError(`${source} changed while it was read.`, {hint: 'Merge what is finished.'});
		yield {...target, id: newId};
	}
}

async function write(texts: Iterable<string>, {io}: Invocation): Promise<void> {
	for (const text of texts) {
		io.signal.throwIfAborted();
		io.stdout.write(text);
		// Lets the pipe drain, so that what is written does not pile up here.
		await new Promise(resolve => setImmediate(resolve));
	}
}
