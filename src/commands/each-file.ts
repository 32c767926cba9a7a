/** This file does the same work on each of several files, and goes on where one of them cannot be worked on. */

import {SuiteError} from '../errors.js';
import type {Io} from './command.js';
import {say} from './say.js';

/** The results of the files that could be inspected; what is wrong with the others is printed on standard error. */
export async function eachFile<T>(
	paths: readonly string[],
	io: Io,
	gather: (path: string) => Promise<T>,
): Promise<readonly T[]> {
	const results: T[] = [];
	for (const path of paths) {
		try {
			results.push(await gather(path));
		} catch (error) {
			if (!(error instanceof SuiteError)) throw error;
			say(io, 'error', error.message, error.hint);
		}
	}
	return results;
}
