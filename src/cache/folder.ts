/** This file finds the user's cache folder, and trusts it only where nobody else can have put anything into it. */

import {chmodSync, lstatSync, mkdirSync, rmSync} from 'node:fs';
import {fileErrorWords} from '../process/file-errors.js';
import type {Environment} from '../process/temporary.js';

/** What is kept, each in a folder of its own: entry counters, results of the static witness, compiled probes, shims. */
export const kinds = ['entries', 'inspect', 'probes', 'shims'] as const;
export type Kind = (typeof kinds)[number];

export type CacheFolder =
	| {readonly kind: 'trusted'; readonly path: string}
	/** `reason` ends a sentence. */
	| {readonly kind: 'refused'; readonly path: string | null; readonly reason: string};

/**
 * What is kept is code that other processes run: the folder belongs to the effective user, and nobody else may write to it.
 * One that others could write to is emptied and closed to them; one of somebody else is not used. Made where it is missing.
 */
export function cacheFolder(env: Environment, kind: Kind): CacheFolder {
	const home = cacheHome(env);
	if (home === null)
		return {kind: 'refused', path: null, reason: 'neither XDG_CACHE_HOME nor HOME is an absolute path'};
	const path = `${home}/pyinterpose/${kind}`;
	try {
		// A folder that root made in somebody's home would be closed to its owner.
		const whose = ownerOf(home);
		if (whose !== null && whose !== process.geteuid?.()) return refused(path, `${home} belongs to user ${whose}`);
		mkdirSync(path, {recursive: true, mode: 0o700});
		const isOpen = [`${home}/pyinterpose`, path].map(closed).includes(false);
		if (isOpen) {
			rmSync(path, {recursive: true, force: true});
			mkdirSync(path, {mode: 0o700});
		}
		return {kind: 'trusted', path};
	} catch (error) {
		return refused(path, error instanceof NotOurs ? error.message : fileErrorWords(error));
	}
}

/** The XDG cache folder; null without XDG_CACHE_HOME and HOME. */
function cacheHome({XDG_CACHE_HOME, HOME}: Environment): string | null {
	// A relative path is to be ignored, says the XDG specification.
	if (XDG_CACHE_HOME?.startsWith('/')) return XDG_CACHE_HOME;
	return HOME?.startsWith('/') ? `${HOME}/.cache` : null;
}

/** Whether a file or folder is the effective user's, and written by nobody else. */
export function isOurs({uid, mode}: {readonly uid: number; readonly mode: number}): boolean {
	return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

class NotOurs extends Error {}

/** Closes our own folder to others. False where it stood open until now. Errors: NotOurs. */
function closed(folder: string): boolean {
	const stat = lstatSync(folder);
	if (!stat.isDirectory()) throw new NotOurs(`${folder} is no folder`);
	if (isOurs(stat)) return true;
	if (stat.uid !== process.geteuid?.()) throw new NotOurs(`${folder} belongs to user ${stat.uid}`);
	chmodSync(folder, stat.mode & 0o7755);
	return false;
}

function ownerOf(path: string): number | null {
	return lstatSync(path, {throwIfNoEntry: false})?.uid ?? null;
}

function refused(path: string, reason: string): CacheFolder {
	return {kind: 'refused', path, reason};
}
