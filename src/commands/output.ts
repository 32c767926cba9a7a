/** This file delivers what a command found: one format on standard output, others into files, all of it or nothing. */

import {UsageError} from '../errors.js';
import {meant} from '../meant.js';
import {mustBeWritable, writeOutput} from '../process/output-file.js';
import type {TerminalOptions} from '../render/space.js';
import {type ExitStatus, exitStatus, type Invocation, type Io, type Option, type OptionValues} from './command.js';
import type {Outcome} from './outcome.js';

/** For every command that reports in several formats. */
export function outputOptions(formats: readonly string[]): readonly Option[] {
	return [
		{name: 'format', value: 'FORMAT', words: formats, help: `what standard output gets: ${formats.join(', ')}`},
		{name: 'json', help: 'the same as --format json'},
		{
			name: 'output',
			value: 'FORMAT=FILE',
			words: formats.map(format => `${format}=`),
			multiple: true,
			help: 'write a file as well; may be given several times',
		},
		{name: 'quiet', short: 'q', help: 'write no progress and no diagnostics to standard error'},
		{name: 'skip-exit-code', help: 'exit 0 also where some verdict is not as expected'},
	];
}

/** One function for each format; each gives the whole text, and may have to be loaded first. */
export type Renderers = Readonly<Record<string, (terminal: TerminalOptions) => string | Promise<string>>>;

export interface OutputPlan {
	readonly format: string;
	readonly files: readonly {readonly format: string; readonly path: string}[];
}

/** Asked before the work begins, so that a long run does not end at a folder that cannot be written. Errors: UsageError, SuiteError. */
export function planOutput({options}: Invocation, formats: readonly string[]): OutputPlan {
	const format = known(options.text('format') ?? (options.flag('json') ? 'json' : 'terminal'), formats);
	if (options.flag('json') && format !== 'json') {
		throw new UsageError(`--json and --format ${format} ask for two formats on standard output.`, {
			hint: 'Use --output FORMAT=FILE for one of them.',
		});
	}
	const files = options.texts('output').map(pair => {
		const at = pair.indexOf('=');
		if (at < 1 || at === pair.length - 1) throw new UsageError(`--output takes FORMAT=FILE, not '${pair}'.`);
		return {format: known(pair.slice(0, at), formats), path: pair.slice(at + 1)};
	});
	const twice = files.find(({path}, at) => files.findIndex(other => other.path === path) !== at);
	if (twice !== undefined) throw new UsageError(`--output names the file '${twice.path}' twice.`);
	for (const {path} of files) mustBeWritable(path);
	return {format, files};
}

/** Whether the format is asked for, on standard output or in a file. */
export function writes({format, files}: OutputPlan, which: string): boolean {
	return format === which || files.some(file => file.format === which);
}

/** Files first: standard output comes only when every file is in place. Errors: SuiteError. */
export async function deliver(plan: OutputPlan, renderers: Renderers, io: Io): Promise<void> {
	const texts: {readonly path: string; readonly text: string}[] = [];
	for (const {format, path} of plan.files) texts.push({path, text: await render(format, renderers, plainPage)});
	const text = await render(plan.format, renderers, terminalOf(io));
	for (const {path, text} of texts) await writeOutput(path, [text], io.signal);
	io.stdout.write(text);
}

/** 2 where a target could not be tested, 1 where something is not as expected, 3 where something could not be found out, else 0. */
export function statusOf({failed, broken, unknown}: Outcome, options: OptionValues): ExitStatus {
	if (failed) return exitStatus.suiteFailed;
	if (options.flag('skip-exit-code')) return exitStatus.asExpected;
	if (broken) return exitStatus.notAsExpected;
	return unknown ? exitStatus.notFoundOut : exitStatus.asExpected;
}

/** What the terminal shows: its width, colour where allowed, and Unicode where the locale says so. */
export function terminalOf({env, stdout}: Io): TerminalOptions {
	return {
		columns: columnsOf(env.COLUMNS) ?? (stdout.isTerminal ? stdout.columns : plainPage.columns),
		colour: stdout.colour,
		unicode: speaksUnicode(env),
	};
}

/** A terminal report in a file or a pipe. */
const plainPage: TerminalOptions = {columns: 80, colour: false, unicode: true};

/** What the user says of the width wins over what the terminal says. */
function columnsOf(text: string | undefined): number | undefined {
	const columns = Number(text ?? Number.NaN);
	return Number.isInteger(columns) && columns > 0 ? Math.min(columns, 1000) : undefined;
}

function speaksUnicode(env: Io['env']): boolean {
	const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => value !== undefined && value !== '');
	// No locale at all is a container or a job of a CI system, whose logs are UTF-8.
	return locale === undefined || !/^(C|POSIX)$|iso-?8859|ascii/i.test(locale);
}

function known(format: string, formats: readonly string[]): string {
	if (!formats.includes(format)) {
		throw new UsageError(`There is no format '${format}'.`, {
			hint: meant(format, formats, `Formats are ${formats.join(', ')}.`),
		});
	}
	return format;
}

async function render(format: string, renderers: Renderers, terminal: TerminalOptions): Promise<string> {
	const renderer = renderers[format];
	if (renderer === undefined) throw new UsageError(`There is no format '${format}'.`);
	return renderer(terminal);
}
