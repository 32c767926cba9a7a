/** This file reads a contract from its file. */

import {readContract} from '../contract/read.js';
import type {Contract} from '../model/contract.js';
import {readInput} from '../process/input.js';

/** Errors: SuiteError naming the file, with line and column; the signal's reason where the work was aborted. */
export async function contractFrom(path: string, signal: AbortSignal): Promise<Contract> {
	const text = await readInput(path, {
		signal,
		name: `The contract ${path}`,
		mostBytes: 16 * 1024 * 1024,
		hint: "Write one with 'pyinterpose contract init TARGET'.",
	});
	return readContract(text, path);
}
