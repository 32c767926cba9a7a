/** This file is `pyinterpose hunt`: who interposes on libpython or libc, in folders, packages and archives. */

import {availableParallelism} from 'node:os';
import {parseHunt} from '../contract/hunt-decoder.js';
import {SuiteError, UsageError} from '../errors.js';
import {huntIn} from '../gather/hunt/hunt.js';
import {mergeReports} from '../gather/hunt/report.js';
import type {HuntReport} from '../model/hunt.js';
import {readRegularFile} from '../process/input.js';
import {renderHunt} from '../render/hunt/hunt.js';
import {jsonText} from '../render/json.js';
import type {TerminalOptions} from '../render/space.js';
import {toolFacts} from '../tool.js';
import type {Command, ExitStatus, Invocation} from './command.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';
import {progressLine} from './progress.js';
import {shardOf} from './shard.js';

const formats = ['terminal', 'json'] as const;

export const hunt: Command = {
	name: 'hunt',
	positionals: 'PATH...',
	summary:
		'who interposes on libpython or libc: in folders, packages (.deb, .rpm, .whl) and archives; exit 1 on libpython',
	options: [
		...outputOptions(formats),
		{
			name: 'libpython',
			value: 'FILE',
			multiple: true,
			help: "look for this object's functions, not those of all known libpythons",
		},
		{name: 'jobs', value: 'N', help: 'how many threads look (as many as there are cores)'},
		{name: 'shard', value: 'K/N', help: 'only the Kth of N parts of the files; --merge joins the reports'},
		{name: 'resume', value: 'FILE', help: 'keep what is done in this file, and go on from it'},
		{name: 'timeout', value: 'SECONDS', help: 'how long one archive may take (300)'},
		{name: 'merge', help: 'the paths are saved reports of hunts, such as those of shards: join them into one'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options} = invocation;
	if (positionals.length === 0) {
		throw new UsageError('hunt needs a folder or a file.', {hint: "See 'pyinterpose hunt --help'."});
	}
	return options.flag('merge') ? mergeHunts(invocation) : write(invocation, () => hunted(invocation));
}

/** Joins saved reports of hunts. Errors: SuiteError for what is none, or looked for other functions. */
export function mergeHunts(invocation: Invocation): Promise<ExitStatus> {
	return write(invocation, async () => merged(invocation.positionals));
}

async function write(invocation: Invocation, make: () => Promise<HuntReport>): Promise<ExitStatus> {
	const plan = planOutput(invocation, formats);
	const report = await make();
	const renderers = {
		terminal: (terminal: TerminalOptions) => renderHunt(report, terminal),
		json: () => jsonText(report),
	};
	await deliver(plan, renderers, invocation.io);
	return huntStatus(report, invocation);
}

async function hunted({positionals, options, io}: Invocation): Promise<HuntReport> {
	const progress = progressLine(io.stderr, options.flag('quiet'));
	try {
		return await huntIn({
			paths: positionals,
			libpythons: options.texts('libpython'),
			jobs: Math.ceil(options.positive('jobs') ?? availableParallelism()),
			shard: shardOf(options.text('shard')),
			resume: options.text('resume'),
			secondsPerArchive: options.positive('timeout') ?? 300,
			tool: toolFacts(),
			signal: io.signal,
			progress: progress.show,
		});
	} finally {
		progress.clear();
	}
}

function merged(paths: readonly string[]): HuntReport {
	const reports = paths.map(path => parseHunt(readRegularFile(path, {mostBytes}), path));
	const functions = new Set(reports.map(({looked}) => JSON.stringify([looked.libpython, looked.functions])));
	if (functions.size > 1) {
		throw new SuiteError('These hunts looked for different functions.', {
			hint: 'Merge hunts that were given the same --libpython.',
		});
	}
	const report = mergeReports(reports);
	if (report === null) throw new UsageError('hunt --merge needs a saved report.');
	return report;
}

/** Of a whole distribution. */
const mostBytes = 400 * 1024 * 1024;

/** What nobody looked at may be what is looked for. */
function huntStatus({interposers, failures}: HuntReport, {options}: Invocation): ExitStatus {
	const onPython = interposers.some(({libpython}) => libpython.length > 0);
	return statusOf({failed: false, broken: onPython, unknown: failures.length > 0}, options);
}
