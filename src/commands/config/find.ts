/**
 * This file finds pyinterpose.toml upwards from the working folder, and trusts it only where nobody else can have put it there: it
 * names programs that are then run (docs/security.md).
 */

import {lstatSync, type Stats} from 'node:fs';
import {dirname, join} from 'node:path';
import {cannotBeRead} from '../../process/file-errors.js';
import {readRegularFile} from '../../process/input.js';

const configName = 'pyinterpose.toml';

export interface FoundConfig {
	/** The plain name where it lies in the working folder, else the whole path. */
	readonly file: string;
	readonly text: string;
}

/** Null where there is none. Errors: SuiteError where it cannot be read, or is not to be trusted. */
export function findConfig(): FoundConfig | null {
	const here = workingFolder();
	if (here === null) return null;
	for (let folder = here; ; folder = dirname(folder)) {
		const entry = entryAt(join(folder, configName));
		if (entry !== null) {
			const file = folder === here ? configName : join(folder, configName);
			return {file, text: read(file, entry)};
		}
		if (folder === dirname(folder)) return null;
	}
}

export const mostConfigBytes = 1024 * 1024;

const hint = 'Name it with --config FILE to trust it, or leave it out with --no-config.';

function read(file: string, entry: Stats): string {
	// A link of somebody else could lead to a file of ours that was meant for another place.
	const reason = entry.isSymbolicLink() ? ofSomebodyElse(entry) : null;
	if (reason !== null) throw cannotBeRead(file, new Error(reason), hint);
	return readRegularFile(file, {
		mostBytes: mostConfigBytes,
		hint,
		refuse: stat => ofSomebodyElse(stat) ?? writableByOthers(stat),
	});
}

function ofSomebodyElse({uid}: Stats): string | null {
	return uid === 0 || uid === process.geteuid?.() ? null : `it belongs to another user (${uid})`;
}

/** The user's own group is where umask 002 lets it write, as some distributions have it. */
function writableByOthers({mode, gid}: Stats): string | null {
	if ((mode & 0o002) !== 0) return 'everybody may write to it';
	return (mode & 0o020) !== 0 && gid !== process.getegid?.() ? `another group (${gid}) may write to it` : null;
}

/** Null where it was removed. */
function workingFolder(): string | null {
	try {
		return process.cwd();
	} catch {
		return null;
	}
}

/** Null where nothing is there, or the folder may not be searched: nobody can have meant a file in there. */
function entryAt(path: string): Stats | null {
	try {
		return lstatSync(path, {throwIfNoEntry: false}) ?? null;
	} catch {
		return null;
	}
}
