/** This file takes out of a cache folder what is old, and what is too much. */

import {lstatSync, readdirSync, rmSync} from 'node:fs';

export interface KeptFile {
	readonly path: string;
	readonly bytes: number;
	/** When it was used last, in milliseconds of the epoch; exact to a day. */
	readonly usedMs: number;
}

const day = 24 * 60 * 60 * 1000;
/** What nobody used for so long goes. */
export const longest = 90 * day;
/** So much is kept of one kind; what was not used for longest goes first. */
export const most = {files: 400, bytes: 256 * 1024 * 1024} as const;

export function prune(folder: string, now: number = Date.now()): void {
	const recent = keptFiles(folder).sort((one, other) => other.usedMs - one.usedMs);
	let bytes = 0;
	for (const [index, file] of recent.entries()) {
		bytes += file.bytes;
		const isDraft = /\/\.[^/]*$/.test(file.path);
		const age = now - file.usedMs;
		// A draft is the work of a moment: an old one was left behind by a process that was killed.
		if (index >= most.files || bytes > most.bytes || age > (isDraft ? day : longest)) rmSync(file.path, {force: true});
	}
}

/** Another process may take files away meanwhile. */
export function keptFiles(folder: string): KeptFile[] {
	return readdirSync(folder).flatMap(name => {
		const stat = lstatSync(`${folder}/${name}`, {throwIfNoEntry: false});
		return stat?.isFile() === true ? [{path: `${folder}/${name}`, bytes: stat.size, usedMs: stat.mtimeMs}] : [];
	});
}
