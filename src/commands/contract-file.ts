/** This file reads a contract from its file. */

import {readFileSync} from 'node:fs';
import {readContract} from '../contract/read.js';
import type {Contract} from '../model/contract.js';
import {cannotBeRead} from '../process/file-errors.js';

/** Errors: SuiteError naming the file, with line and column. */
export function contractFrom(path: string): Contract {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (cause) {
		throw cannotBeRead(`The contract ${path}`, cause, "Write one with 'pyinterpose contract init TARGET'.");
	}
	return readContract(text, path);
}
