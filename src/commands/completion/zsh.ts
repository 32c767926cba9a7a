/** This file writes the completion for zsh. */

import type {Command, Option} from '../command.js';
import {optionNames, optionsOf, positionalPlaces, quoted, valuePlace, type WordPlace} from './places.js';

export function zshCompletion(commands: readonly Command[]): string {
	return `${[
		'#compdef pyinterpose',
		'_pyinterpose() {',
		'\tlocal -a commands=(',
		...commands.map(({name, summary}) => `\t\t${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`),
		"\t\t'help:what a command takes'",
		'\t)',
		'\tif (( CURRENT == 2 )); then',
		"\t\t_describe 'command' commands",
		'\t\treturn',
		'\tfi',
		'\tlocal command=$words[2]',
		'\tshift words',
		'\t(( CURRENT-- ))',
		'\tcase $command in',
		...commands.map(command => `\t${command.name}) _arguments -s ${argumentsOf(command).join(' ')} ;;`),
		"\thelp) _describe 'command' commands ;;",
		'\tesac',
		'}',
		'_pyinterpose "$@"',
	].join('\n')}\n`;
}

function argumentsOf(command: Command): readonly string[] {
	const {first, others} = positionalPlaces(command);
	return [
		...optionsOf(command).flatMap(optionSpecs),
		...(first.kind === 'anything' ? [] : [quoted(`1:word:${action(first)}`)]),
		...(others.kind === 'anything' ? [] : [quoted(`*:word:${action(others)}`)]),
	];
}

function optionSpecs(option: Option): readonly string[] {
	const place = valuePlace(option);
	const value = place === null ? '' : `:${option.value?.toLowerCase().replaceAll(':', '\\:')}:${action(place)}`;
	const repeated = option.multiple === true ? '*' : '';
	const text = `[${option.help.replace(/[[\]:\\]/g, '\\$&')}]`;
	// A long option's value may follow an equals sign.
	return optionNames(option).map(name =>
		quoted(`${repeated}${name}${place !== null && name.startsWith('--') ? '=' : ''}${text}${value}`),
	);
}

function action(place: WordPlace): string {
	switch (place.kind) {
		case 'words':
			// FORMAT=FILE: a format, then a file behind the sign.
			return place.words.every(word => word.endsWith('='))
				? `{compset -P "*=" && _files || compadd -S "" -- ${place.words.join(' ')}}`
				: `(${place.words.join(' ')})`;
		case 'files':
			return '_files';
		case 'anything':
			return ' ';
	}
}
