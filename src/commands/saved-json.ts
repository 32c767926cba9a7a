/** This file reads what `bench --json` and `lab report --json` wrote. */

import {readFileSync} from 'node:fs';
import {cannotBeRead} from '../process/file-errors.js';

/** `list` is a key that such a file has. Errors: SuiteError for anything else. */
export function savedJson<T>(path: string, list: keyof T & string, command: string): T {
	try {
		const value = JSON.parse(readFileSync(path, 'utf8')) as T & {readonly schema?: unknown};
		if (value.schema !== 1 || !Array.isArray(value[list])) throw new Error(`it is nothing that ${command} wrote`);
		return value;
	} catch (error) {
		throw cannotBeRead(path, error, `Give a file that 'pyinterpose ${command} --json' wrote.`);
	}
}
