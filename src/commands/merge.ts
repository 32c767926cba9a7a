/** This file is `pyinterpose merge`: the reports of several runs as one, written without holding them all. */

import {type MergePlan, planMerge, summarise, withoutSymbols} from '../contract/merge.js';
import {UsageError} from '../errors.js';
import type {Report, TargetReport} from '../model/report.js';
import {writeOutput} from '../process/output-file.js';
import {jsonPieces} from '../render/json.js';
import type {Command, Invocation} from './command.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';
import {reportFormats, reportRenderers} from './report-formats.js';
import {readReport} from './saved.js';

export const merge: Command = {
	name: 'merge',
	positionals: 'REPORT...',
	summary: 'join saved reports, such as those of shards, into one',
	options: outputOptions(reportFormats),
	async run(invocation) {
		const {positionals, io, options} = invocation;
		if (positionals.length === 0) throw new UsageError('merge needs a saved report.');
		const output = planOutput(invocation, reportFormats);
		const plan = planMerge(positionals.map(path => summarise(readReport(path), path)));
		const files = output.files.filter(({format}) => format !== 'json');
		if (output.format !== 'json' || files.length > 0) {
			const renderers = {...reportRenderers(small(plan), null), json: () => ''};
			await deliver({format: output.format, files}, renderers, io);
		}
		for (const {path} of output.files.filter(({format}) => format === 'json')) {
			await writeOutput(path, pieces(plan), io.signal);
		}
		if (output.format === 'json') await write(pieces(plan), invocation);
		return statusOf({failed: plan.frame.failures.length > 0, broken: false, unknown: false}, options);
	},
};

/** Beyond these no page shows every swept function of every build. */
const mostSwept = 40;

function small(plan: MergePlan): Report {
	const slim = plan.targets.length > mostSwept ? withoutSymbols : (target: TargetReport) => target;
	return {...plan.frame, targets: [...targetsOf(plan)].map(slim)};
}

function pieces(plan: MergePlan): Iterable<string> {
	return jsonPieces(plan.frame, targetsOf(plan));
}

/** Each read again when its turn comes; the builds of one file often follow each other. */
function* targetsOf({targets}: MergePlan): Generator<TargetReport> {
	let open: {readonly source: string; readonly report: Report} | undefined;
	for (const {source, id, newId} of targets) {
		if (open?.source !== source) open = {source, report: readReport(source)};
		const target = open.report.targets.find(one => one.id === id);
		if (target !== undefined) yield {...target, id: newId};
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
