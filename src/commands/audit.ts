/** This file is `pyinterpose audit`: whether a preload library of the user's still gets its calls on this or that Python. */

import {auditsOf} from '../audit.js';
import {SuiteError, UsageError} from '../errors.js';
import type {AuditedBuild, AuditReport} from '../model/audit.js';
import type {Failure} from '../model/report.js';
import {renderAudit} from '../render/audit/audit.js';
import {jsonText} from '../render/json.js';
import type {TerminalOptions} from '../render/space.js';
import {failureOf} from '../target/find.js';
import {withLauncher} from '../target/launch.js';
import {toolFacts} from '../tool.js';
import {auditSubject, describeLibraries, type Subject} from './audit-subject.js';
import type {Command, ExitStatus, Invocation} from './command.js';
import type {Outcome} from './outcome.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';
import {progressLine} from './progress.js';
import {say} from './say.js';

const formats = ['terminal', 'json'] as const;

export const audit: Command = {
	name: 'audit',
	positionals: 'LIBRARY... [TARGET...] [-- COMMAND...]',
	summary: 'whether your own preload library still gets its calls: which reach it, which pass it by, and why',
	options: [
		{name: 'env', value: 'NAME=VALUE', multiple: true, help: 'a variable for the program, such as the library reads'},
		{name: 'expect', value: 'EXPRESSION', help: 'Python that must be true under the library and false without it'},
		{name: 'details', help: 'tell of every function, not only of those that lose calls'},
		...outputOptions(formats),
		{name: 'timeout', value: 'SECONDS', help: 'how long one start of the program may take (60)'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const {options, io, positionals, rest} = invocation;
	if (positionals.length === 0 && rest.length === 0) {
		throw new UsageError('audit needs a library, or a command that preloads one.', {
			hint: "See 'pyinterpose audit --help'.",
		});
	}
	const plan = planOutput(invocation, formats);
	const surroundings = {env: io.env, signal: io.signal, timeoutSeconds: options.positive('timeout') ?? 60};
	const added = variables(options.texts('env'));
	const progress = progressLine(io.stderr, options.flag('quiet'));
	try {
		const report = await withLauncher(io.env, async launch => {
			const subject = await auditSubject({positionals, command: rest, added, launch, ...surroundings});
			return reportOf(subject, options.text('expect') ?? null, {...surroundings, progress: progress.show});
		});
		progress.clear();
		const details = options.flag('details');
		const renderers = {
			terminal: (terminal: TerminalOptions) => renderAudit(report, {...terminal, details}),
			json: () => jsonText(report),
		};
		await deliver(plan, renderers, io);
		for (const {message} of report.failures) say(io, 'error', message);
		return statusOf(outcomeOf(report), options);
	} finally {
		progress.clear();
	}
}

function variables(pairs: readonly string[]): Readonly<Record<string, string>> {
	return Object.fromEntries(
		pairs.map(pair => {
			const at = pair.indexOf('=');
			if (at < 1) throw new UsageError(`--env takes NAME=VALUE, not '${pair}'.`);
			return [pair.slice(0, at), pair.slice(at + 1)] as const;
		}),
	);
}

interface Asked {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly signal: AbortSignal;
	readonly timeoutSeconds: number;
	progress(what: string): void;
}

async function reportOf(subject: Subject, expression: string | null, asked: Asked): Promise<AuditReport> {
	const builds: AuditedBuild[] = [];
	const failures: Failure[] = [...subject.failures];
	for (const one of subject.programs) {
		asked.progress(one.target.id);
		try {
			builds.push(...(await auditsOf(one, subject.libraries, expression, asked)));
		} catch (error) {
			asked.signal.throwIfAborted();
			if (!(error instanceof SuiteError)) throw error;
			failures.push(failureOf(one.target.given, error));
		}
	}
	return {schema: 2, tool: toolFacts(), libraries: describeLibraries(subject.libraries), builds, failures};
}

/** What could not be looked at comes first, then what is lost, then what could not be found out. */
function outcomeOf({builds, failures}: AuditReport): Outcome {
	return {
		failed: failures.length > 0 || builds.length === 0,
		broken: builds.some(isLost),
		unknown: builds.some(isOpen),
	};
}

function isLost({functions, expectation, broken}: AuditedBuild): boolean {
	const verdicts = functions.flatMap(({calls, chain}) => [...calls, ...(chain === null ? [] : [chain])]);
	const nothing = verdicts.some(
		({verdict}) => verdict.kind === 'bypassed' || (verdict.kind === 'uncalled' && verdict['would-be'] === 'bypassed'),
	);
	return nothing || broken !== null || expectation?.kept === false;
}

function isOpen({functions, inconclusive}: AuditedBuild): boolean {
	return (
		inconclusive !== null || functions.some(({calls}) => calls.some(({verdict}) => verdict.kind === 'inconclusive'))
	);
}
