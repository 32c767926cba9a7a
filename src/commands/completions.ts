/** This file writes shell completions from the table of commands. */

import {routes} from '../model/claim.js';
import {causes, verdictKinds} from '../model/verdict.js';
import type {Command, Option} from './command.js';
import {commonOptions} from './options.js';
import {reportFormats} from './report-formats.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function completions(commands: readonly Command[], shell: Shell): string {
	return {bash, zsh, fish}[shell](commands);
}

/** What may stand for a value, where that is a closed set. */
const choices: Readonly<Record<string, readonly string[]>> = {
	FORMAT: reportFormats,
	'FORMAT=FILE': reportFormats.map(format => `${format}=`),
	ROUTE: routes,
	WHEN: ['auto', 'always', 'never'],
	ORDER: ['lost', 'calls', 'name'],
};

/** What may stand first after a command's name, besides files. */
const firstWords: Readonly<Record<string, readonly string[]>> = {
	contract: ['init', 'check'],
	completion: shells,
	explain: [...verdictKinds, ...causes, ...routes],
};

function bash(commands: readonly Command[]): string {
	return [
		'# bash completion for pyinterpose',
		'_pyinterpose() {',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the shell's.
		'\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options=',
		'\tif [ "$COMP_CWORD" -eq 1 ]; then',
		`\t\tmapfile -t COMPREPLY < <(compgen -W '${commands.map(({name}) => name).join(' ')} --help --version' -- "$current")`,
		'\t\treturn',
		'\tfi',
		'\tcase $previous in',
		...valueOptions(commands).map(
			({names, words}) =>
				`\t${names.join('|')}) mapfile -t COMPREPLY < <(compgen ${words === null ? '-f' : `-W '${words.join(' ')}'`} -- "$current"); return ;;`,
		),
		'\tesac',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the shell's.
		'\tcase ${COMP_WORDS[1]} in',
		...commands.map(
			({name, options}) =>
				`\t${name}) options='${[...options.flatMap(optionNames), ...commonOptions.flatMap(optionNames), '--help'].join(' ')}' ;;`,
		),
		'\tesac',
		'\tlocal words=',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the shell's.
		'\tcase ${COMP_WORDS[1]} in',
		...Object.entries(firstWords).map(([name, words]) => `\t${name}) words='${words.join(' ')}' ;;`),
		'\tesac',
		'\tif [ "$COMP_CWORD" -eq 2 ] && [ -n "$words" ] && [[ $current != -* ]]; then',
		'\t\tmapfile -t COMPREPLY < <(compgen -W "$words" -f -- "$current")',
		'\t\treturn',
		'\tfi',
		'\tif [[ $current == -* ]]; then',
		'\t\tmapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")',
		'\telse',
		'\t\tmapfile -t COMPREPLY < <(compgen -f -- "$current")',
		'\tfi',
		'}',
		'complete -o filenames -F _pyinterpose pyinterpose',
		'',
	].join('\n');
}

function zsh(commands: readonly Command[]): string {
	return [
		'#compdef pyinterpose',
		'_pyinterpose() {',
		'\tlocal -a commands=(',
		...commands.map(({name, summary}) => `\t\t${quote(`${name}:${summary.replaceAll(':', '\\:')}`)}`),
		'\t)',
		'\tif (( CURRENT == 2 )); then',
		"\t\t_describe 'command' commands",
		'\t\treturn',
		'\tfi',
		'\tlocal command=$words[2]',
		'\tshift words',
		'\t(( CURRENT-- ))',
		'\tcase $command in',
		...commands.map(
			({name, options}) =>
				`\t${name}) _arguments -s ${[...options.flatMap(zshOption), quote('*:file:_files')].join(' ')} ;;`,
		),
		'\tesac',
		'}',
		'_pyinterpose "$@"',
		'',
	].join('\n');
}

function zshOption({name, short, value, multiple, help}: Option): string[] {
	const words = value === undefined ? undefined : choices[value];
	const action =
		value === undefined ? '' : `:${value.toLowerCase()}:${words === undefined ? '_files' : `(${words.join(' ')})`}`;
	const repeated = multiple === true ? '*' : '';
	const text = `[${help.replace(/[[\]:\\]/g, '\\$&')}]`;
	return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map(word =>
		quote(`${repeated}${word}${text}${action}`),
	);
}

function fish(commands: readonly Command[]): string {
	return [
		'# fish completion for pyinterpose',
		...commands.map(
			({name, summary}) => `complete -c pyinterpose -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
		),
		...commands.flatMap(({name, options}) => options.map(option => fishOption(name, option))),
		'',
	].join('\n');
}

function fishOption(command: string, {name, short, value, help}: Option): string {
	const words = value === undefined ? undefined : choices[value];
	return [
		`complete -c pyinterpose -n '__fish_seen_subcommand_from ${command}'`,
		`-l ${name}`,
		...(short === undefined ? [] : [`-s ${short}`]),
		...(value === undefined ? [] : ['-r']),
		...(words === undefined ? [] : [`-f -a '${words.join(' ')}'`]),
		`-d ${quote(help)}`,
	].join(' ');
}

/** Options with a value, those of one set of words together. */
function valueOptions(commands: readonly Command[]): {names: string[]; words: readonly string[] | null}[] {
	const byValue = new Map<string, Set<string>>();
	for (const option of [...commonOptions, ...commands.flatMap(({options}) => options)]) {
		if (option.value === undefined) continue;
		const key = choices[option.value] === undefined ? '' : option.value;
		const names = byValue.get(key) ?? new Set();
		for (const name of optionNames(option)) names.add(name);
		byValue.set(key, names);
	}
	// An option may take a closed set in one command and a file in another: the set is named first, and wins.
	return [...byValue]
		.sort(([a], [b]) => Number(a === '') - Number(b === ''))
		.map(([value, names]) => ({names: [...names].sort(), words: choices[value] ?? null}));
}

function optionNames({name, short}: Option): string[] {
	return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

function quote(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
