/** This file turns a command's words into its invocation, by the command's own table of options. */

import {type ParseArgsConfig, parseArgs} from 'node:util';
import {UsageError} from '../errors.js';
import {meant} from '../meant.js';
import type {Command, Invocation, Io, Option, OptionValues, Stream} from './command.js';
import {negation, settingsOf} from './config/keys.js';
import {withConfig} from './config/settings.js';

/** Errors: UsageError for an unknown option, a missing value or a value given to a flag; SuiteError for what pyinterpose.toml says. */
export async function parseInvocation(command: Command, words: readonly string[], io: Io): Promise<Invocation> {
	const end = words.indexOf('--');
	const own = end < 0 ? words : words.slice(0, end);
	const rest = end < 0 ? [] : words.slice(end + 1);
	const {values, positionals, config} = await withConfig(command.name, parse(command, own), io);
	const options = optionValues(values);
	return {positionals, rest, options, config, io: withColour(io, options.text('color'))};
}

/** What every command takes besides its own. */
export const commonOptions: readonly Option[] = [
	{
		name: 'color',
		value: 'WHEN',
		words: ['auto', 'always', 'never'],
		help: 'colour on the terminal: auto, always or never (NO_COLOR and FORCE_COLOR are heeded)',
	},
	{name: 'config', value: 'FILE', help: 'take options from this file, not from the pyinterpose.toml above'},
	{name: 'no-config', help: 'take no options from a pyinterpose.toml'},
];

const colourWhen = ['auto', 'always', 'never'] as const;

function withColour(io: Io, when: string | undefined): Io {
	if (when === undefined || when === 'auto') return io;
	if (!(colourWhen as readonly string[]).includes(when)) {
		throw new UsageError(`--color takes auto, always or never, not '${when}'.`);
	}
	const coloured = (stream: Stream): Stream => ({
		get isTerminal() {
			return stream.isTerminal;
		},
		get columns() {
			return stream.columns;
		},
		get rows() {
			return stream.rows;
		},
		colour: when === 'always',
		write: text => stream.write(text),
	});
	return {...io, stdout: coloured(io.stdout), stderr: coloured(io.stderr)};
}

type Values = Readonly<Record<string, unknown>>;

function parse(command: Command, words: readonly string[]): {values: Values; positionals: string[]} {
	try {
		const {values, positionals} = parseArgs({
			args: [...words],
			options: {...table(negations(command)), ...table([...command.options, ...commonOptions])},
			allowPositionals: true,
			strict: true,
		});
		return {values: withoutNegations(values, command), positionals};
	} catch (error) {
		if (error instanceof UsageError) throw error;
		const [, given] = /^Unknown option '--?([^']*)'/.exec(error instanceof Error ? error.message : '') ?? [];
		const names = [...command.options, ...commonOptions].map(({name}) => name);
		const see = `See 'pyinterpose ${command.name} --help'.`;
		throw new UsageError(firstSentence(error), {
			hint: given === undefined ? see : meant(given, names, see).replace(/mean '(?!-)/, "mean '--"),
			cause: error,
		});
	}
}

/** They take back what pyinterpose.toml sets, and are no options of their own. */
function negations(command: Command): readonly Option[] {
	return settableFlags(command).map(name => ({name: negation(name), help: ''}));
}

function settableFlags({name}: Command): readonly string[] {
	const {settings} = settingsOf(name);
	return Object.keys(settings).filter(option => settings[option] === 'flag');
}

function withoutNegations(values: Values, command: Command): Values {
	const read = {...values};
	for (const name of settableFlags(command).filter(name => values[negation(name)] === true)) {
		if (values[name] === true) throw new UsageError(`--${name} and --${negation(name)} contradict each other.`);
		read[name] = false;
	}
	return read;
}

function table(options: readonly Option[]): NonNullable<ParseArgsConfig['options']> {
	return Object.fromEntries(
		options.map(option => [
			option.name,
			{
				type: option.value === undefined ? ('boolean' as const) : ('string' as const),
				multiple: option.multiple ?? false,
				...(option.short === undefined ? {} : {short: option.short}),
			},
		]),
	);
}

function firstSentence(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return `${message.split(/\. |\n/)[0]}.`.replace(/\.\.$/, '.');
}

function optionValues(values: Values): OptionValues {
	return {
		flag: name => values[name] === true,
		text: name => (typeof values[name] === 'string' ? values[name] : undefined),
		texts: name => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
		positive(name) {
			const text = values[name];
			if (typeof text !== 'string') return undefined;
			const number = Number(text);
			if (!(number > 0 && Number.isFinite(number))) {
				throw new UsageError(`--${name} takes a number above zero, not '${text}'.`);
			}
			return number;
		},
	};
}
