/** This file is `pyinterpose check`, the main job: which overrides does each Python still honor? */

import {availableParallelism} from 'node:os';
import type {Report} from '../model/report.js';
import {checkTargets} from '../pipeline.js';
import {renderJson} from '../render/json.js';
import {renderTerminal} from '../render/terminal.js';
import {defaultNames} from '../target/find.js';
import type {Wanted} from '../target/targets.js';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io} from './command.js';
import {progressLine} from './progress.js';

export const check: Command = {
	name: 'check',
	positionals: '[TARGET...]',
	summary: 'which overrides each Python still honors (default: $PYTHON, else python3)',
	options: [
		{name: 'all', help: 'every Python found on this machine'},
		{name: 'json', help: 'write JSON'},
		{name: 'symbols', value: 'PATTERN', multiple: true, help: "only these symbols or families, such as 'PyErr_*'"},
		{name: 'routes', value: 'ROUTE', multiple: true, help: 'only these routes, such as core'},
		{name: 'no-sweep', help: 'leave out the sweep, which overrides every function that the core exports'},
		{name: 'timeout', value: 'SECONDS', help: 'how long one start of a Python may take (60)'},
		{name: 'jobs', value: 'N', help: 'how many Pythons at a time (the number of processors)'},
	],
	run,
};

async function run({positionals, options, io}: Invocation): Promise<ExitStatus> {
	const progress = progressLine(io.stderr);
	try {
		const report = await checkTargets({
			wanted: wanted(positionals, options.flag('all'), io),
			selection: {symbols: options.texts('symbols').flatMap(commas), routes: options.texts('routes').flatMap(commas)},
			sweep: !options.flag('no-sweep'),
			timeoutSeconds: options.positive('timeout') ?? 60,
			jobs: Math.ceil(options.positive('jobs') ?? availableParallelism()),
			env: io.env,
			signal: io.signal,
			progress: progress.show,
		});
		progress.clear();
		io.stdout.write(options.flag('json') ? renderJson(report) : renderTerminal(report, io.stdout));
		return statusOf(report);
	} finally {
		progress.clear();
	}
}

function wanted(names: readonly string[], all: boolean, {env}: Io): Wanted {
	if (all) return {kind: 'all'};
	return {kind: 'named', names: names.length > 0 ? names : defaultNames(env)};
}

/** 'PyErr_*,PyMem_*' is two patterns. */
function commas(text: string): readonly string[] {
	return text.split(',').filter(part => part !== '');
}

/** Without a contract every verdict is as expected: what was lost is the answer, not a fault. */
function statusOf({failures, targets}: Report): ExitStatus {
	return failures.length > 0 || targets.length === 0 ? exitStatus.suiteFailed : exitStatus.asExpected;
}
