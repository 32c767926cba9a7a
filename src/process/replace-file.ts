/** This file replaces a regular file by a whole new one with the same mode and owner, or else writes over it. */

import {randomBytes} from 'node:crypto';
import {
	accessSync,
	closeSync,
	constants,
	copyFileSync,
	fchmodSync,
	fchownSync,
	fstatSync,
	fsyncSync,
	ftruncateSync,
	openSync,
	renameSync,
	rmSync,
	type Stats,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {codeOf} from './file-errors.js';
import {ownPrefix, removeLeftovers} from './leftovers.js';

/**
 * `old` is what stands there, if anything does; `path` is no link. `fill` writes the new bytes. Readers and crashes see the
 * old file or the new one, but where the old one's owner cannot be had for a new file: then the old one is written over.
 * Errors: the system's own.
 */
export async function replaceFile(
	path: string,
	old: Stats | null,
	fill: (descriptor: number) => Promise<void>,
): Promise<void> {
	// Whoever may not write to a file may often replace it all the same, and is not meant to.
	if (old !== null) accessSync(path, constants.W_OK);
	removeLeftovers(dirname(path), 'draft');
	const draft = openDraft(path, old);
	if (draft === null) return overwrite(path, fill);
	try {
		await toDisk(draft.descriptor, fill);
		putInPlace(draft.path, path);
	} catch (error) {
		rmSync(draft.path, {force: true});
		throw error;
	}
	syncFolder(dirname(path));
}

interface Draft {
	readonly path: string;
	readonly descriptor: number;
}

/** Null where no file with the old one's owner can stand beside it. */
function openDraft(path: string, old: Stats | null): Draft | null {
	const draft = join(dirname(path), `${ownPrefix('draft')}${randomBytes(8).toString('hex')}`);
	let descriptor: number;
	try {
		descriptor = openSync(draft, 'wx', old === null ? 0o666 : 0o600);
	} catch (error) {
		if (old === null) throw error;
		return null;
	}
	if (old === null || takesAfter(descriptor, old)) return {path: draft, descriptor};
	closeSync(descriptor);
	rmSync(draft);
	return null;
}

function takesAfter(descriptor: number, {uid, gid, mode}: Stats): boolean {
	try {
		const made = fstatSync(descriptor);
		if (made.uid !== uid || made.gid !== gid) fchownSync(descriptor, uid, gid);
		fchmodSync(descriptor, mode & 0o7777);
		return true;
	} catch {
		return false;
	}
}

/** A file that is a mount of its own, as containers have them, cannot be renamed over. */
function putInPlace(draft: string, path: string): void {
	try {
		renameSync(draft, path);
	} catch (error) {
		if (codeOf(error) !== 'EBUSY') throw error;
		copyFileSync(draft, path);
		rmSync(draft);
	}
}

function overwrite(path: string, fill: (descriptor: number) => Promise<void>): Promise<void> {
	const descriptor = openSync(path, constants.O_WRONLY);
	return toDisk(descriptor, async () => {
		ftruncateSync(descriptor);
		await fill(descriptor);
	});
}

/** Closes the descriptor. */
async function toDisk(descriptor: number, fill: (descriptor: number) => Promise<void>): Promise<void> {
	try {
		await fill(descriptor);
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** The name is on the disk only when its folder is. Not every file system can be asked. */
function syncFolder(folder: string): void {
	try {
		const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
		try {
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
	} catch {
		// The file is whole all the same.
	}
}
