/** This file checks whole Pythons for a test as the command does, without the sweep unless it is asked for. */

import {cpus} from 'node:os';
import type {Report} from '../../src/model/report.js';
import {checkTargets} from '../../src/pipeline.js';
import type {WantedTargets} from '../../src/target/targets.js';

export function checkPythons(wanted: WantedTargets, {sweep = false} = {}): Promise<Report> {
	return checkTargets({
		wanted,
		selection: {symbols: [], routes: []},
		sweep,
		timeoutSeconds: 120,
		jobs: cpus().length,
		env: process.env,
		signal: AbortSignal.timeout(600_000),
		progress() {},
	});
}
