/** This file turns a word of the command line into a report: a saved one is read, a target is checked. */

import {availableParallelism} from 'node:os';
import {SuiteError} from '../errors.js';
import type {Report} from '../model/report.js';
import type {Invocation} from './command.js';
import {progressLine} from './progress.js';
import {isSavedReport, readReport} from './saved.js';

/** Errors: SuiteError where there is neither a report nor a Python that can be tested. */
export async function readOrCheck(word: string, {io, options}: Invocation): Promise<Report> {
	if (isSavedReport(word)) return readReport(word, io.signal);
	// Loaded here, so that comparing saved reports starts nothing that only a check needs.
	const {checkTargets} = await import('../pipeline.js');
	const progress = progressLine(io.stderr, options.flag('quiet'));
	try {
		const report = await checkTargets({
			wanted: {kind: 'named', names: [word]},
			selection: {symbols: [], routes: []},
			sweep: true,
			timeoutSeconds: 60,
			jobs: availableParallelism(),
			env: io.env,
			signal: io.signal,
			progress: progress.show,
		});
		const [failure] = report.failures;
		if (failure !== undefined) throw new SuiteError(failure.message);
		return report;
	} finally {
		progress.clear();
	}
}
