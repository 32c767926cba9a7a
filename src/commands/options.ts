/** This file turns a command's words into its invocation, by the command's own table of options. */

import {type ParseArgsConfig, parseArgs} from 'node:util';
import {UsageError} from '../errors.js';
import type {Command, Invocation, Io, Option, OptionValues} from './command.js';

/** Errors: UsageError for an unknown option, a missing value or a value given to a flag. */
export function parseInvocation(command: Command, words: readonly string[], io: Io): Invocation {
	const end = words.indexOf('--');
	const own = end < 0 ? words : words.slice(0, end);
	const rest = end < 0 ? [] : words.slice(end + 1);
	const {values, positionals} = parse(command, own);
	return {positionals, rest, options: optionValues(values), io};
}

type Values = Readonly<Record<string, unknown>>;

function parse(command: Command, words: readonly string[]): {values: Values; positionals: string[]} {
	try {
		return parseArgs({args: [...words], options: table(command.options), allowPositionals: true, strict: true});
	} catch (error) {
		throw new UsageError(firstSentence(error), {
			hint: `See 'pyinterpose ${command.name} --help'.`,
			cause: error,
		});
	}
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
