/** This file reads pyinterpose.toml: what it sets, with every error at its line and key. */

import {dirname, isAbsolute, join} from 'node:path';
import {quote} from '../../contract/decode.js';
import {contractError} from '../../contract/fault.js';
import {isTable, parseToml} from '../../contract/toml.js';
import {SuiteError} from '../../errors.js';
import {meant} from '../../meant.js';
import {commandSettings, type SettingKind, settingKinds, settingsOf, topKeys} from './keys.js';
import {placeOfKey} from './place.js';

export interface Config {
	/** How errors call the file. */
	readonly file: string;
	readonly targets: readonly string[];
	/** By command and option, each as the command line would have it. */
	readonly options: ReadonlyMap<string, ReadonlyMap<string, OptionValue>>;
}

export type OptionValue = boolean | string | readonly string[];

/** The whole file is looked at, whichever command asks. Errors: SuiteError, `pyinterpose.toml:3:1: …`. */
export function readConfig(text: string, file: string): Config {
	const table = parseToml(text, file);
	const fail: Fail = (path, what, hint) => {
		const {message} = contractError(placeOfKey(path, text, file), what);
		throw new SuiteError(message, {hint});
	};
	for (const key of Object.keys(table)) {
		if (!Object.hasOwn(topKeys, key)) unknown([key], `there is no key ${quote(key)}`, Object.keys(topKeys), fail);
	}
	const reader = {folder: dirname(file), fail};
	const given = <T>(key: keyof typeof topKeys, read: (value: unknown) => T): T | undefined =>
		table[key] === undefined ? undefined : read(table[key]);
	const options = given('options', value => optionsOf(value, reader)) ?? new Map();
	const contract = given('contract', value => settingOf(value, 'file', ['contract'], reader));
	const output = given('outputs', value => outputsOf(value, reader));
	const check = new Map([
		...(options.get('check') ?? []),
		...(contract === undefined ? [] : [['contract', contract] as const]),
		...(output === undefined ? [] : [['output', output] as const]),
	]);
	return {
		file,
		targets: given('targets', value => settingOf(value, 'names', ['targets'], reader) as readonly string[]) ?? [],
		options: new Map([...options, ['check', check]]),
	};
}

type Fail = (path: readonly string[], what: string, hint?: string) => never;

interface Reader {
	/** Where paths begin. */
	readonly folder: string;
	readonly fail: Fail;
}

function unknown(path: readonly string[], what: string, names: readonly string[], fail: Fail): never {
	return fail(path, what, meant(path.at(-1) ?? '', names, `There is ${names.join(', ')}.`));
}

function optionsOf(value: unknown, reader: Reader): Map<string, ReadonlyMap<string, OptionValue>> {
	if (!isTable(value)) return reader.fail(['options'], `options is ${topKeys.options.is}, not ${quote(value)}`);
	return new Map(
		Object.entries(value).map(([command, options]) => {
			const path = ['options', command];
			const known = Object.keys(commandSettings);
			if (!known.includes(command)) unknown(path, `there is no command ${quote(command)}`, known, reader.fail);
			if (!isTable(options)) reader.fail(path, `${command} is a table of options, not ${quote(options)}`);
			return [command, ofCommand(command, options as Readonly<Record<string, unknown>>, reader)] as const;
		}),
	);
}

function ofCommand(
	command: string,
	table: Readonly<Record<string, unknown>>,
	reader: Reader,
): ReadonlyMap<string, OptionValue> {
	const {settings, never} = settingsOf(command);
	return new Map(
		Object.entries(table).map(([name, value]) => {
			const path = ['options', command, name];
			const kind = Object.hasOwn(settings, name) ? settings[name] : undefined;
			if (kind !== undefined) return [name, settingOf(value, kind, path, reader)] as const;
			if (Object.hasOwn(never, name)) {
				return reader.fail(path, `${command}'s option '${name}' is for the command line alone: ${never[name]}`);
			}
			return unknown(path, `${command} has no option ${quote(name)}`, Object.keys(settings), reader.fail);
		}),
	);
}

function settingOf(value: unknown, kind: SettingKind, path: readonly string[], {folder, fail}: Reader): OptionValue {
	const wrong = () => fail(path, `${path.at(-1)} is ${settingKinds[kind]}, not ${quote(value)}`);
	const one = () => (isText(value) ? value : wrong());
	const many = () => {
		const list: readonly unknown[] = Array.isArray(value) ? value : [value];
		return list.length > 0 && list.every(isText) ? list : wrong();
	};
	switch (kind) {
		case 'flag':
			return typeof value === 'boolean' ? value : wrong();
		case 'number':
			return typeof value === 'number' && value > 0 && Number.isFinite(value) ? String(value) : wrong();
		case 'text':
			return one();
		case 'texts':
			return many();
		case 'file':
			return within(folder, one());
		case 'files':
			return many().map(path => within(folder, path));
		case 'name':
			return named(folder, one());
		case 'names':
			return many().map(name => named(folder, name));
		case 'outputs':
			return many().map(pair => {
				const [, format = '', path = ''] = /^([^=]+)=(.+)$/s.exec(pair) ?? wrong();
				return `${format}=${within(folder, path)}`;
			});
	}
}

function outputsOf(value: unknown, reader: Reader): readonly string[] {
	if (!isTable(value)) return reader.fail(['outputs'], `outputs is ${topKeys.outputs.is}, not ${quote(value)}`);
	return Object.entries(value).flatMap(([format, paths]) =>
		(settingOf(paths, 'files', ['outputs', format], reader) as readonly string[]).map(path => `${format}=${path}`),
	);
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

/** A path in the file begins in its folder, wherever the command is started. */
function within(folder: string, path: string): string {
	return folder === '.' || isAbsolute(path) ? path : join(folder, path);
}

function named(folder: string, name: string): string {
	return name.includes('/') ? within(folder, name) : name;
}
