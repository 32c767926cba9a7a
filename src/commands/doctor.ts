/** This file is `pyinterpose doctor`: what would make the loader ignore a preload here. */

import {examine} from '../doctor/doctor.js';
import type {DoctorReport} from '../model/doctor.js';
import {renderDoctor} from '../render/doctor.js';
import {jsonText} from '../render/json.js';
import type {TerminalOptions} from '../render/space.js';
import {defaultNames} from '../target/find.js';
import {toolFacts} from '../tool.js';
import type {Command, ExitStatus, Invocation} from './command.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';

const formats = ['terminal', 'json'] as const;

export const doctor: Command = {
	name: 'doctor',
	positionals: '[TARGET...]',
	summary: 'what would make the loader ignore a preload here, each tried: exit 1 where one would be',
	options: [
		...outputOptions(formats),
		{name: 'library', value: 'FILE', multiple: true, help: 'try this library (what LD_PRELOAD names)'},
		{name: 'timeout', value: 'SECONDS', help: 'how long one start of a Python may take (60)'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options, io} = invocation;
	const plan = planOutput(invocation, formats);
	const findings = await examine({
		targets: positionals.length === 0 ? defaultNames(io.env) : positionals,
		libraries: libraries(options.texts('library'), io.env.LD_PRELOAD),
		systemPreload: '/etc/ld.so.preload',
		surroundings: {env: io.env, signal: io.signal, timeoutSeconds: options.positive('timeout') ?? 60},
	});
	const report: DoctorReport = {schema: 1, kind: 'doctor', tool: toolFacts(), findings};
	const renderers = {
		terminal: (terminal: TerminalOptions) => renderDoctor(report, terminal),
		json: () => jsonText(report),
	};
	await deliver(plan, renderers, io);
	const has = (outcome: string) => findings.some(finding => finding.outcome === outcome);
	return statusOf({failed: false, broken: has('ignored'), unknown: has('unknown')}, options);
}

/** The loader splits its list at spaces and colons. */
function libraries(given: readonly string[], preload: string | undefined): readonly string[] {
	return given.length > 0 ? given : (preload ?? '').split(/[ :]+/).filter(word => word !== '');
}
