/** This file writes the completion for bash. */

import type {Command} from '../command.js';
import {optionNames, optionsOf, positionalPlaces, quoted, valuePlace, type WordPlace} from './places.js';

export function bashCompletion(commands: readonly Command[]): string {
	return `${[
		'# bash completion for pyinterpose',
		'_pyinterpose() {',
		...start,
		'\tif [ "$COMP_CWORD" -eq 1 ]; then',
		`\t\tmapfile -t COMPREPLY < <(compgen -W ${quoted([...commands.map(({name}) => name), 'help', '--help', '--version'].join(' '))} -- "$current")`,
		'\t\treturn',
		'\tfi',
		'\tcase $command in',
		...commands.flatMap(commandCase),
		`\thelp) words=${quoted(commands.map(({name}) => name).join(' '))} ;;`,
		'\tesac',
		...end,
		'}',
		'complete -o filenames -F _pyinterpose pyinterpose',
	].join('\n')}\n`;
}

/** bash takes `--format=json` and `--output json=FILE` apart at the sign. */
const start: readonly string[] = [
	// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the braces are the shell's.
	'\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}',
	"\tlocal options='' words='' values='' word place=-1 behind=''",
	'\tif [ "$current" = = ]; then current=\'\' behind=1',
	'\telif [ "$previous" = = ]; then previous=${COMP_WORDS[COMP_CWORD-2]} behind=1; fi',
	'\tfor word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do [[ $word == -* ]] || place=$((place + 1)); done',
	// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the braces are the shell's.
];

const end: readonly string[] = [
	'\tif [ -n "$values" ]; then words=$values; elif [[ $current == -* ]]; then words=$options; fi',
	// A file behind FORMAT=.
	'\tif [ -n "$behind" ] && [[ $previous != -* ]]; then words=; fi',
	'\t[[ $values != *= ]] || compopt -o nospace 2> /dev/null',
	'\tcase $words in',
	'\t\'\') mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;',
	'\t-) COMPREPLY=() ;;',
	'\t*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;',
	'\tesac',
];

function commandCase(command: Command): readonly string[] {
	const options = optionsOf(command);
	const {first, others} = positionalPlaces(command);
	const values = options.flatMap(option => {
		const place = valuePlace(option);
		return place === null ? [] : [{names: optionNames(option), place}];
	});
	return [
		`\t${command.name})`,
		`\t\toptions=${quoted(options.flatMap(optionNames).join(' '))}`,
		`\t\tif [ "$place" -eq 1 ]; then words=${wordsOf(first)}; else words=${wordsOf(others)}; fi`,
		...(values.length === 0 ? [] : valueCases(values)),
		'\t\t;;',
	];
}

function valueCases(
	values: readonly {readonly names: readonly string[]; readonly place: WordPlace}[],
): readonly string[] {
	return [
		'\t\tcase $previous in',
		...values.map(({names, place}) =>
			place.kind === 'files'
				? `\t\t${names.join('|')}) words= ;;`
				: `\t\t${names.join('|')}) values=${wordsOf(place)} ;;`,
		),
		'\t\tesac',
	];
}

/** Empty for files; a dash for what nothing completes. */
function wordsOf(place: WordPlace): string {
	switch (place.kind) {
		case 'words':
			return quoted(place.words.join(' '));
		case 'files':
			return "''";
		case 'anything':
			return '-';
	}
}
