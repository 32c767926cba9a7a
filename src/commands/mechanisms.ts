/** This file is `pyinterpose mechanisms`: which ways of intercepting calls still see them on this or that Python. */

import {realpathSync} from 'node:fs';
import {SuiteError} from '../errors.js';
import {fixAddresses} from '../gather/host.js';
import {gatherMechanisms} from '../gather/mechanisms/gather.js';
import type {MechanismsBuild, MechanismsReport} from '../model/mechanisms.js';
import type {Failure} from '../model/report.js';
import type {Target} from '../model/target.js';
import {jsonText} from '../render/json.js';
import {renderMechanisms} from '../render/mechanisms/mechanisms.js';
import type {TerminalOptions} from '../render/space.js';
import {steadyEnvironment} from '../target/environment.js';
import {defaultNames, failureOf} from '../target/find.js';
import {withLauncher} from '../target/launch.js';
import type {Launcher, Surroundings} from '../target/surroundings.js';
import {gatherTargets} from '../target/targets.js';
import {toolFacts} from '../tool.js';
import type {Command, ExitStatus, Invocation} from './command.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';
import {progressLine} from './progress.js';
import {say} from './say.js';

const formats = ['terminal', 'json'] as const;

export const mechanismsCommand: Command = {
	name: 'mechanisms',
	positionals: '[TARGET...]',
	summary: 'which ways of intercepting see the calls on a Python: each tried, with counts',
	options: [
		...outputOptions(formats),
		{name: 'timeout', value: 'SECONDS', help: 'how long one start of a Python may take (60)'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options, io} = invocation;
	const plan = planOutput(invocation, formats);
	const surroundings = {env: io.env, signal: io.signal, timeoutSeconds: options.positive('timeout') ?? 60};
	const names = positionals.length > 0 ? positionals : defaultNames(io.env);
	const progress = progressLine(io.stderr, options.flag('quiet'));
	// What two runs of one program do otherwise depends on addresses.
	fixAddresses();
	try {
		const report = await withLauncher(io.env, async launch => {
			const {targets, failures} = await gatherTargets({kind: 'named', names}, launch, surroundings);
			return reportOf(targets, failures, launch, {...surroundings, progress: progress.show});
		});
		progress.clear();
		const renderers = {
			terminal: (terminal: TerminalOptions) => renderMechanisms(report, terminal),
			json: () => jsonText(report),
		};
		await deliver(plan, renderers, io);
		for (const {message} of report.failures) say(io, 'error', message);
		return statusOf({failed: report.failures.length > 0, broken: false, unknown: false}, options);
	} finally {
		progress.clear();
	}
}

async function reportOf(
	targets: readonly Target[],
	found: readonly Failure[],
	launch: Launcher,
	asked: Surroundings & {progress(what: string): void},
): Promise<MechanismsReport> {
	const builds: MechanismsBuild[] = [];
	const failures = [...found];
	for (const target of targets) {
		asked.progress(target.id);
		try {
			builds.push(await buildOf(target, launch, asked));
		} catch (error) {
			asked.signal.throwIfAborted();
			if (!(error instanceof SuiteError)) throw error;
			failures.push(failureOf(target.given, error));
		}
	}
	return {schema: 2, tool: toolFacts(), builds, failures};
}

async function buildOf(target: Target, launch: Launcher, surroundings: Surroundings): Promise<MechanismsBuild> {
	if (target.start.libc === 'musl') {
		throw new SuiteError(`${target.executable} runs on musl, whose loader has no audit modules to compare with.`, {
			hint: 'Compare the mechanisms on a Python that runs on glibc.',
		});
	}
	const start = launch(target.start);
	const cells = await gatherMechanisms({
		...surroundings,
		program: {
			file: start.file,
			argv: start.argv,
			env: steadyEnvironment(surroundings.env, start),
			preloading: {},
			executable: realpathSync(target.executable),
			wrapped: false,
		},
		interpreter: realpathSync(target.interpreter.path),
	});
	return {id: target.id, executable: target.executable, interpreter: target.interpreter, python: target.python, cells};
}
