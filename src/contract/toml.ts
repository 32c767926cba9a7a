/** This file reads TOML, with a syntax error at its line and column. */

import {parse, TomlError} from 'smol-toml';
import {contractError} from './fault.js';

export type TomlTable = Readonly<Record<string, unknown>>;

/** `name` is how errors call the file. Errors: SuiteError, `interpose.toml:12:1: …`. */
export function parseToml(text: string, name: string): TomlTable {
	try {
		return parse(text);
	} catch (cause) {
		if (!(cause instanceof TomlError)) throw cause;
		const what = (cause.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
		throw contractError({file: name, line: cause.line, column: cause.column}, what);
	}
}

export function isTable(value: unknown): value is TomlTable {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
