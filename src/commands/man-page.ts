/** This file writes the manual page from the table of commands, as troff. */

import type {Command, Option} from './command.js';
import {commonOptions} from './options.js';

export interface ManOptions {
	readonly version: string;
	/** Seconds since 1970; left out, the page carries no date, so that it is the same at every build. */
	readonly epoch?: number | undefined;
}

export function manPage(commands: readonly Command[], {version, epoch}: ManOptions): string {
	const date = epoch === undefined ? '' : new Date(epoch * 1000).toISOString().slice(0, 10);
	return `${[
		`.TH PYINTERPOSE 1 "${date}" "pyinterpose ${version}" "User Commands"`,
		'.SH NAME',
		'pyinterpose \\- which LD_PRELOAD overrides a Python build still honors',
		'.SH SYNOPSIS',
		...commands.flatMap(({name, positionals}) => [
			'.br',
			`.B pyinterpose ${troff(name)}`,
			troff(`[OPTION...] ${positionals}`.trim()),
		]),
		'.SH DESCRIPTION',
		troff(
			'Starts a Python under small preloaded libraries, counts every call that runs an override and every call that enters the real function without one, and says by symbol and by caller which overrides the build honors, with the cause where it does not.',
		),
		'.SH COMMANDS',
		...commands.flatMap(commandPart),
		'.SS Options of every command',
		...commonOptions.flatMap(option => row(optionWords(option), `${option.help}.`)),
		'.SH EXIT STATUS',
		...row('0', 'As expected.'),
		...row('1', 'Some verdict is not as expected: a contract or a baseline is broken, or a comparison shows a loss.'),
		...row(
			'2',
			'The suite could not do its work: bad usage, an unreadable file, no Python, or a target that could not be tested.',
		),
		...row(
			'3',
			'Something that was asked for could not be found out: a verdict is inconclusive, or a rule of the contract is undecided for that.',
		),
		'.SH ENVIRONMENT',
		...row('PYTHON', 'What check tests where no target is named; several are separated by colons.'),
		...row(
			'NO_COLOR, FORCE_COLOR',
			'Terminal output has no colour, or has it where it is no terminal; --color decides before both.',
		),
		...row('COLUMNS', 'How wide terminal output is laid out.'),
		...row(
			'GITHUB_ACTIONS, GITHUB_STEP_SUMMARY',
			'On GitHub, check writes annotations and the summary page of the job.',
		),
		...row(
			'SOURCE_DATE_EPOCH',
			"The day by which a contract's rules end, and the date of this page where 'pyinterpose man' writes it.",
		),
		'.SH FILES',
		...row('interpose.toml', "A contract: what a build must keep. 'pyinterpose contract init' writes one."),
		...row(
			'pyinterpose.toml',
			"Targets, contract, outputs and options, found upwards from the working folder; --config names another file, --no-config leaves it out, and the command line decides before it. 'pyinterpose explain config' has every key.",
		),
		...row(
			'$XDG_CACHE_HOME/pyinterpose, ~/.cache/pyinterpose',
			"What is kept between runs; 'pyinterpose cache clear' throws it away.",
		),
		'.SH EXAMPLES',
		...examples.flatMap(([command, text]) => row(command, text)),
		'.SH SEE ALSO',
		`.BR ld.so (8), .BR dlsym (3), .BR python3 (1), .BR abidiff (1)`.replaceAll(', .BR', ',\n.BR'),
	].join('\n')}\n`;
}

const examples: readonly (readonly [command: string, text: string])[] = [
	['pyinterpose check', 'Which overrides does the python3 on PATH honor?'],
	['pyinterpose check --details /usr/bin/python3', 'Every function by caller, with its counts.'],
	['pyinterpose explain PyErr_Occurred /usr/bin/python3', 'The evidence for one function, call sites disassembled.'],
	['pyinterpose check --json /usr/bin/python3 > before.json', 'Save a report, to be compared later.'],
	['pyinterpose diff before.json ./build/python', 'What a change of build won and lost, and who is hit.'],
	['pyinterpose history reports', 'What each build lost and gained over the saved reports of a folder.'],
	['pyinterpose contract init before.json --file interpose.toml', 'Write down what must stay overridable.'],
	['pyinterpose run --live -- script.py', 'A program of your own, watched while it runs.'],
];

function commandPart({name, positionals, summary, options}: Command): string[] {
	return [
		`.SS ${troff(`${name} ${positionals}`.trim())}`,
		troff(`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`),
		...options.flatMap(option => row(optionWords(option), `${option.help}.`)),
	];
}

function optionWords({name, short, value}: Option): string {
	return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function row(term: string, text: string): string[] {
	return ['.TP', `.B ${troff(term)}`, troff(text)];
}

/** A line may not begin as a request, and hyphens are to be copied as hyphens. */
function troff(text: string): string {
	const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
	return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
