/** This file writes the completion for fish. */

import type {Command, Option} from '../command.js';
import {optionsOf, positionalPlaces, quoted, valuePlace, type WordPlace} from './places.js';

export function fishCompletion(commands: readonly Command[]): string {
	const names = commands.map(({name}) => name).join(' ');
	return `${[
		'# fish completion for pyinterpose',
		...place,
		...commands.map(
			({name, summary}) => `complete -c pyinterpose -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
		),
		"complete -c pyinterpose -n __fish_use_subcommand -f -a help -d 'what a command takes'",
		`complete -c pyinterpose -n '__pyinterpose_at help first' -f -a '${names}'`,
		...commands.flatMap(commandLines),
	].join('\n')}\n`;
}

/** Whether any word of a command, its first one or one of the others is to be completed. */
const place: readonly string[] = [
	'function __pyinterpose_at',
	"\tset -l words (string match -v -- '-*' (commandline -opc))",
	'\ttest "$words[2]" = $argv[1]; or return 1',
	'\tswitch $argv[2]',
	'\t\tcase first; test (count $words) -eq 2',
	'\t\tcase others; test (count $words) -gt 2',
	'\tend',
	'end',
];

function commandLines(command: Command): readonly string[] {
	const {first, others} = positionalPlaces(command);
	return [
		...positional(command.name, 'first', first),
		...positional(command.name, 'others', others),
		...optionsOf(command).map(option => optionLine(command.name, option)),
	];
}

/** Files are what fish offers where nothing forbids it. */
function positional(command: string, where: 'first' | 'others', place: WordPlace): readonly string[] {
	if (place.kind === 'files') return [];
	const words = place.kind === 'words' ? ` -a '${place.words.join(' ')}'` : '';
	return [`complete -c pyinterpose -n '__pyinterpose_at ${command} ${where}' -f${words}`];
}

function optionLine(command: string, option: Option): string {
	const {name, short, help} = option;
	const place = valuePlace(option);
	return [
		`complete -c pyinterpose -n '__pyinterpose_at ${command} any'`,
		`-l ${name}`,
		...(short === undefined ? [] : [`-s ${short}`]),
		...(place === null ? [] : [valueWords(place)]),
		`-d ${quoted(help)}`,
	].join(' ');
}

function valueWords(place: WordPlace): string {
	switch (place.kind) {
		case 'words':
			// FORMAT=FILE: fish completes a file behind the sign by itself.
			return `${place.words.every(word => word.endsWith('=')) ? '-r' : '-x'} -a '${place.words.join(' ')}'`;
		case 'files':
			return '-r';
		case 'anything':
			return '-x';
	}
}
