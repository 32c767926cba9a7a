/** This file writes usage text from the table of commands. */

import type {Command, Option} from './command.js';
import {commonOptions} from './options.js';

/** The text of `pyinterpose --help`. */
export function overview(commands: readonly Command[]): string {
	const rows = commands.map(({name, summary}): Row => [name, summary]);
	return [
		'Which LD_PRELOAD overrides does this Python build still honor?',
		'',
		'Usage: pyinterpose COMMAND [OPTION...]',
		'',
		...columns(rows),
		'',
		"'pyinterpose COMMAND --help' tells a command's options; 'pyinterpose --version' the version.",
		'Exit status: 0 as expected, 1 some verdict is not as expected, 2 the suite could not do its work,',
		'3 something that was asked for could not be found out.',
		'',
	].join('\n');
}

/** The text of `pyinterpose COMMAND --help`. */
export function commandHelp(command: Command): string {
	const rows = [...[...command.options, ...commonOptions].map(optionRow), ['-h, --help', 'this text'] as const];
	return [
		`Usage: pyinterpose ${command.name} ${command.positionals}`.trimEnd(),
		'',
		`${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
		'',
		...columns(rows),
		'',
	].join('\n');
}

type Row = readonly [string, string];

function optionRow({name, short, value, help}: Option): Row {
	const letter = short === undefined ? '' : `-${short}, `;
	return [`${letter}--${name}${value === undefined ? '' : ` ${value}`}`, help];
}

function columns(rows: readonly Row[]): string[] {
	const width = Math.max(...rows.map(([left]) => left.length)) + 2;
	return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
