/** This file does one thing with each of several files, and goes on behind one that it cannot be done with. */

import {SuiteError} from '../errors.js';
import {visible} from '../model/visible.js';
import type {Io} from './command.js';

/** The results, without those of files that could not be inspected, of which standard error is told. */
export async function eachFile<T>(
	paths: readonly string[],
	{stderr}: Io,
	gather: (path: string) => Promise<T>,
): Promise<readonly T[]> {
	const results: T[] = [];
	for (const path of paths) {
		try {
			results.push(await gather(path));
		} catch (error) {
			if (!(error instanceof SuiteError)) throw error;
			const hint = error.hint === undefined ? '' : `${error.hint}\n`;
			stderr.write(`pyinterpose: ${visible(error.message)}\n${hint}`);
		}
	}
	return results;
}
