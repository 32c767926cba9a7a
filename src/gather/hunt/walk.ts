/** This file lists the units of a hunt's work under folders: each folder's own files, and each archive. */

import {type Dirent, lstatSync, readdirSync, statSync} from 'node:fs';
import {basename, resolve} from 'node:path';
import {archiveForm} from '../../archive/archive-form.js';
import {SuiteError} from '../../errors.js';
import type {HuntUnit} from './unit.js';
import {within} from './within.js';

export interface ListedUnit {
	readonly unit: HuntUnit;
	/** Within the path that was named: the same on every machine, wherever that is mounted. */
	readonly key: string;
	/** Changes where the folder's entries or the archive's bytes do. */
	readonly stamp: string;
}

/** In the order of the paths' names. `onFailure` is told of folders that cannot be read. Errors: SuiteError for a path that is not there. */
export function* unitsUnder(
	paths: readonly string[],
	onFailure: (path: string, error: Error) => void,
): Generator<ListedUnit> {
	for (const given of paths) {
		const path = resolve(given);
		const status = statSync(path, {throwIfNoEntry: false});
		if (status === undefined) {
			throw new SuiteError(`There is no file or folder '${given}'.`, {
				hint: 'Name folders, ELF files, scripts or archives.',
			});
		}
		if (status.isDirectory()) yield* unitsIn(path, '', onFailure);
		else if (status.isFile()) yield single(path, basename(path));
	}
}

/** `key` is what leads from the path that was named to the folder. */
function* unitsIn(folder: string, key: string, onFailure: (path: string, error: Error) => void): Generator<ListedUnit> {
	if (notOfFiles.has(folder)) return;
	let entries: Dirent[];
	let stamp: string;
	try {
		stamp = String(lstatSync(folder).mtimeMs);
		entries = readdirSync(folder, {withFileTypes: true});
	} catch (error) {
		onFailure(folder, error as Error);
		return;
	}
	entries.sort((a, b) => (a.name < b.name ? -1 : 1));
	const files: string[] = [];
	const archives: string[] = [];
	// A link leads to what is listed where it is; a pipe or a device is nothing to be opened.
	for (const entry of entries)
		if (entry.isFile()) (archiveForm(entry.name) === null ? files : archives).push(entry.name);
	if (files.length > 0) yield {unit: {kind: 'folder', path: folder, files}, key, stamp};
	for (const name of archives) yield single(within(folder, name), within(key, name));
	for (const entry of entries)
		if (entry.isDirectory()) yield* unitsIn(within(folder, entry.name), within(key, entry.name), onFailure);
}

/** The kernel makes these up; reading them never ends, or does things. */
const notOfFiles: ReadonlySet<string> = new Set(['/proc', '/sys', '/dev']);

function single(path: string, key: string): ListedUnit {
	const {size, mtimeMs} = lstatSync(path);
	const stamp = `${size}-${mtimeMs}`;
	if (archiveForm(path) !== null) return {unit: {kind: 'archive', path}, key, stamp};
	const at = path.lastIndexOf('/');
	return {unit: {kind: 'folder', path: path.slice(0, at) || '/', files: [path.slice(at + 1)]}, key, stamp};
}
