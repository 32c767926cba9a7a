/** This file is `pyinterpose bench`: the same workloads on several builds, each against the first. */

import {type BenchRequest, measureTargets, type Startable} from '../bench/bench.js';
import {processorToPin} from '../bench/pin.js';
import {defaultRule} from '../bench/rule.js';
import {workloadNames} from '../bench/run.js';
import {UsageError} from '../errors.js';
import {labRoot} from '../lab/lab.js';
import {pythonNamed} from '../lab/named.js';
import {meant} from '../meant.js';
import type {NoiseRule} from '../model/bench.js';
import {renderBench} from '../render/lab/bench.js';
import {describeTarget} from '../target/describe.js';
import {targetEnvironment} from '../target/environment.js';
import {withLauncher} from '../target/launch.js';
import {objectReader} from '../target/objects.js';
import {resolveTarget} from '../target/resolve.js';
import type {Launcher} from '../target/surroundings.js';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io, type OptionValues} from './command.js';
import {progressLine} from './progress.js';

export const bench: Command = {
	name: 'bench',
	positionals: 'TARGET TARGET...',
	summary: 'what interposition costs: the same workloads on several builds',
	options: [
		{name: 'workload', value: 'NAME', words: workloadNames(), multiple: true, help: 'only these workloads'},
		{name: 'seconds', value: 'SECONDS', help: 'how long one workload may take (20)'},
		{name: 'no-pin', help: 'do not bind the runs to one processor'},
		{name: 'handicap', value: 'PERCENT', help: 'a control: burn this much more time in every run of the last target'},
		{name: 'json', help: 'write JSON'},
	],
	run,
};

async function run({positionals, options, io}: Invocation): Promise<ExitStatus> {
	if (positionals.length < 2) {
		throw new UsageError('bench compares builds: it needs two targets or more.', {
			hint: 'Name a target twice to compare it with itself.',
		});
	}
	const progress = progressLine(io.stderr);
	try {
		const report = await withLauncher(io.env, async launch =>
			measureTargets({
				targets: await startables(positionals, launch, io),
				workloads: chosen(options.texts('workload')),
				rule: ruleOf(options),
				pinned: options.flag('no-pin') ? null : await processorToPin(io.signal),
				handicap: (options.positive('handicap') ?? 0) / 100,
				signal: io.signal,
				now: progress.show,
			} satisfies BenchRequest),
		);
		progress.clear();
		io.stdout.write(options.flag('json') ? `${JSON.stringify(report, null, '\t')}\n` : renderBench(report));
		return report.workloads.some(({kind}) => kind === 'failed') ? exitStatus.suiteFailed : exitStatus.asExpected;
	} finally {
		progress.clear();
	}
}

function ruleOf(options: OptionValues): NoiseRule {
	return {...defaultRule, seconds: options.positive('seconds') ?? defaultRule.seconds};
}

function chosen(names: readonly string[]): readonly string[] {
	const all = workloadNames();
	for (const name of names) {
		if (!all.includes(name)) {
			throw new UsageError(`There is no workload '${name}'.`, {
				hint: meant(name, all, `The workloads are ${all.join(', ')}.`),
			});
		}
	}
	return names.length === 0 ? all : all.filter(name => names.includes(name));
}

/** The same file may be named twice: what a build is against itself shows what the noise is. */
export async function startables(names: readonly string[], launch: Launcher, io: Io): Promise<readonly Startable[]> {
	const read = objectReader();
	const surroundings = {env: io.env, signal: io.signal, timeoutSeconds: 30};
	const all: Startable[] = [];
	for (const name of names) {
		const found = await resolveTarget(pythonNamed(name, labRoot(io.env)), read, surroundings);
		const target = await describeTarget(found, read, launch, surroundings);
		const {file, env} = launch(target.start);
		const times = names.slice(0, all.length).filter(other => other === name).length;
		all.push({
			name: times === 0 ? name : `${name} (${times + 1})`,
			path: found.path,
			file,
			env: {...targetEnvironment(io.env), ...env},
		});
	}
	return all;
}
