/** This file is `pyinterpose list`: the Pythons found, with linkage, binding mode and build-id. */

import {availableParallelism} from 'node:os';
import {SuiteError} from '../errors.js';
import {gatherStatic} from '../gather/static.js';
import type {Failure, Finding} from '../model/report.js';
import type {Target} from '../model/target.js';
import {type Listed, renderList, renderListJson} from '../render/inspect/list.js';
import {bindingFindings} from '../target/findings.js';
import {withLauncher} from '../target/launch.js';
import {gatherTargets} from '../target/targets.js';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io} from './command.js';
import {say} from './say.js';

export const list: Command = {
	name: 'list',
	positionals: '[TARGET...]',
	summary: 'the Pythons found, with linkage and binding mode',
	options: [
		{name: 'json', help: 'write JSON'},
		{name: 'timeout', value: 'SECONDS', help: 'how long a Python may take to start (10)'},
	],
	run,
};

async function run({positionals, options, io}: Invocation): Promise<ExitStatus> {
	const {targets, failures} = await withLauncher(io.env, launch =>
		gatherTargets(positionals.length > 0 ? {kind: 'named', names: positionals} : {kind: 'all'}, launch, {
			env: io.env,
			signal: io.signal,
			timeoutSeconds: options.positive('timeout') ?? 10,
			jobs: availableParallelism(),
		}),
	);
	const listed: Listed[] = [];
	for (const target of targets) listed.push(await withBinding(target, io));
	if (options.flag('json')) io.stdout.write(renderListJson(listed, failures));
	else show(listed, failures, io);
	return failures.length > 0 || targets.length === 0 ? exitStatus.suiteFailed : exitStatus.asExpected;
}

/** An interpreter that the static witness cannot read is listed all the same: what it is was found by starting it. */
async function withBinding(target: Target, {env, signal}: Io): Promise<Listed> {
	signal.throwIfAborted();
	try {
		const {report} = await gatherStatic(target.interpreter.path, {env, inlined: false});
		const mode = report.binding.mode;
		return {target: withFindings(target, bindingFindings(target.declared, mode)), mode};
	} catch (error) {
		if (!(error instanceof SuiteError)) throw error;
		return {target: withFindings(target, [{kind: 'no-static-witness', message: error.message}]), mode: null};
	}
}

function withFindings(target: Target, more: readonly Finding[]): Target {
	return {...target, findings: [...target.findings, ...more]};
}

function show(listed: readonly Listed[], failures: readonly Failure[], io: Io): void {
	if (listed.length > 0) io.stdout.write(renderList(listed));
	else if (failures.length === 0) say(io, 'error', 'No Python was found on this machine.');
	for (const {message} of failures) say(io, 'error', message);
}
