/** This file reads a contract from its file. */

import {readFileSync} from 'node:fs';
import {readContract} from '../contract/read.js';
import {SuiteError} from '../errors.js';
import type {Contract} from '../model/contract.js';

/** Errors: SuiteError naming the file, with line and column. */
export function contractFrom(path: string): Contract {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (cause) {
		throw new SuiteError(`The contract ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}.`, {
			hint: "Write one with 'pyinterpose contract init TARGET'.",
			cause,
		});
	}
	return readContract(text, path);
}
