/** This file is `pyinterpose list`: the Pythons found, with linkage, binding mode and build-id. */

import type {Failure} from '../model/report.js';
import {visible} from '../model/visible.js';
import {type Listed, renderList, renderListJson} from '../render/list.js';
import {withLauncher} from '../target/launch.js';
import {gatherTargets} from '../target/targets.js';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io} from './command.js';

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
		}),
	);
	const listed = targets.map((target): Listed => ({target, mode: null}));
	if (options.flag('json')) io.stdout.write(renderListJson(listed, failures));
	else show(listed, failures, io);
	return failures.length > 0 || targets.length === 0 ? exitStatus.suiteFailed : exitStatus.asExpected;
}

function show(listed: readonly Listed[], failures: readonly Failure[], io: Io): void {
	if (listed.length > 0) io.stdout.write(renderList(listed));
	else if (failures.length === 0) io.stderr.write('pyinterpose: No Python was found on this machine.\n');
	for (const {message} of failures) io.stderr.write(`pyinterpose: ${visible(message)}\n`);
}
