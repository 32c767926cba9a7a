/** This file removes what an interrupted `make` left half-written, so that the next one does not take it for finished. */

import {readdirSync, statSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';

/** How long before the interruption a file can have been begun and still be in the writing. */
const doubtSeconds = 10;

/** Files that `make` makes; what `configure` makes is finished by then. */
const made =
	/\.(?:o|a|so|so\.[\d.]+|gcda|profclang\w|stamp)$|(?:^|\/)(?:python|_bootstrap_python|_freeze_module)$|frozen_modules\/.*\.h$|deepfreeze\.c$/;

/** `since`: when `configure` had ended, in milliseconds. Gives what it removed. */
export async function removeHalfWritten(work: string, since: number): Promise<readonly string[]> {
	const files = readdirSync(work, {withFileTypes: true, recursive: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name))
		.filter(path => made.test(path.slice(work.length)))
		.map(path => ({path, time: statSync(path).mtimeMs}))
		.filter(({time}) => time > since);
	const newest = Math.max(0, ...files.map(({time}) => time));
	const doubtful = files.filter(({time}) => time > newest - doubtSeconds * 1000).map(({path}) => path);
	for (const path of doubtful) await rm(path);
	return doubtful;
}
