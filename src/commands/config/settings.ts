/** This file gives a command what pyinterpose.toml sets for it, below what the command line and $PYTHON say. */

import {UsageError} from '../../errors.js';
import {readInput} from '../../process/input.js';
import type {Io} from '../command.js';
import {type FoundConfig, findConfig, mostConfigBytes} from './find.js';
import {namesTargets, settingsOf, topKeys} from './keys.js';

export interface Given {
	/** By option; the command line's own. */
	readonly values: Readonly<Record<string, unknown>>;
	readonly positionals: readonly string[];
}

export interface Configured extends Given {
	/** The file that something was taken from. */
	readonly config: string | null;
}

/** Errors: SuiteError where the file cannot be read, is not to be trusted, or says what it cannot say. */
export async function withConfig(command: string, given: Given, io: Io): Promise<Configured> {
	const {values} = given;
	if (values.config !== undefined && values['no-config'] === true) {
		throw new UsageError('--config and --no-config contradict each other.');
	}
	const found =
		values['no-config'] === true || Object.keys(settingsOf(command).settings).length === 0
			? null
			: await configOf(values.config, io.signal);
	if (found === null) return {...given, config: null};
	const {readConfig} = await import('./read.js');
	const {file, targets, options} = readConfig(found.text, found.file);
	const set = [...(options.get(command) ?? [])].filter(([name]) => !isGiven(name, values));
	const taken = takesTargets(command, given, io) ? targets : [];
	return {
		values: {...values, ...Object.fromEntries(set)},
		positionals: [...given.positionals, ...taken],
		config: set.length + taken.length > 0 ? file : null,
	};
}

async function configOf(path: unknown, signal: AbortSignal): Promise<FoundConfig | null> {
	if (typeof path !== 'string') return findConfig();
	return {file: path, text: await readInput(path, {signal, mostBytes: mostConfigBytes})};
}

/** `--json` says what `format` would. */
function isGiven(name: string, values: Given['values']): boolean {
	return values[name] !== undefined || (name === 'format' && (values.json === true || values.markdown === true));
}

function takesTargets(command: string, {values, positionals}: Given, {env}: Io): boolean {
	const reads: readonly string[] = topKeys.targets.readBy;
	const named = positionals.length > 0 || namesTargets.some(option => values[option] === true);
	return reads.includes(command) && !named && (env.PYTHON ?? '') === '';
}
