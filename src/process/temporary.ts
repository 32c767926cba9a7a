/** This file gives temporary folders that are gone when the work is, however it ends. */

import {
	accessSync,
	constants,
	mkdtempSync,
	realpathSync,
	rmSync,
	statfsSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {SuiteError} from '../errors.js';
import {fileErrorWords} from './file-errors.js';
import {ownPrefix, removeLeftovers} from './leftovers.js';
import {preloadable} from './preloadable.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** As a child takes it: what is undefined is not there. */
export function variablesOf(env: Environment): Record<string, string> {
	return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/**
 * What a folder is for. `data`: pages that processes share, best in memory. `links`: names that stand in LD_PRELOAD or
 * LD_LIBRARY_PATH, so the path must be plain. `code`: objects that a target maps as code, so the file system must allow
 * that too; `/dev/shm` often does not.
 */
export type Purpose = 'data' | 'links' | 'code';

/** Calls `work` with a new folder and removes the folder when `work` has returned, failed or been aborted. */
export async function withTemporaryFolder<T>(
	env: Environment,
	purpose: Purpose,
	work: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = createFolder(candidates(env, purpose), purpose);
	try {
		return await work(folder);
	} finally {
		rmSync(folder, {recursive: true, force: true, maxRetries: 3});
	}
}

/** Calls `work` with a way to reach `folder` that can stand in LD_PRELOAD: itself, or a link to it in a temporary folder. */
export async function withPreloadableFolder<T>(
	env: Environment,
	folder: string,
	work: (folder: string) => Promise<T>,
): Promise<T> {
	if (preloadable(folder)) return work(folder);
	return withTemporaryFolder(env, 'links', async temporary => {
		const link = join(temporary, 'shims');
		symlinkSync(realpathSync(folder), link);
		return work(link);
	});
}

/** The folders that are tried, in order. */
export function candidates(env: Environment, purpose: Purpose): readonly string[] {
	const own = env.TMPDIR ?? '';
	const disk = [...(own.startsWith('/') ? [own] : []), '/tmp', '/var/tmp'];
	const inOrder = purpose === 'code' ? [...disk, '/dev/shm'] : ['/dev/shm', ...disk];
	return [...new Set(purpose === 'data' ? inOrder : inOrder.filter(preloadable))];
}

/** Makes a folder in the first of `parents` that allows it. Errors: SuiteError that names all that were tried. */
export function createFolder(parents: readonly string[], purpose: Purpose): string {
	const reasons: string[] = [];
	for (const parent of parents) {
		try {
			return createIn(parent, purpose);
		} catch (error) {
			reasons.push(`${parent} (${fileErrorWords(error)})`);
		}
	}
	throw noFolder(reasons, purpose);
}

function noFolder(reasons: readonly string[], purpose: Purpose): SuiteError {
	const need = purpose === 'code' ? 'made and programs run from it' : 'made';
	const where = purpose === 'code' ? 'folder on a file system without noexec' : 'folder';
	return new SuiteError(`No temporary folder can be ${need}: tried ${reasons.join(', ')}.`, {
		hint: `Set TMPDIR to a writable ${where}, whose path has no space, colon or dollar sign.`,
	});
}

function createIn(parent: string, purpose: Purpose): string {
	removeLeftovers(parent, 'folder');
	const folder = mkdtempSync(join(parent, ownPrefix('folder')));
	try {
		mustHaveSpace(folder);
		if (purpose === 'code') mustAllowCode(folder);
		return folder;
	} catch (error) {
		rmSync(folder, {recursive: true, force: true});
		throw error;
	}
}

/** A container's /dev/shm is small, and may be full: a page that cannot be had there is a SIGBUS in whoever writes to it. */
function mustHaveSpace(folder: string): void {
	const {bavail, bsize} = statfsSync(folder);
	if (bavail * bsize < leastSpace) throw Object.assign(new Error('The file system is full'), {code: 'ENOSPC'});
}

/** Many times what the ledgers of one run take. */
const leastSpace = 16 * 1024 * 1024;

/** access(2) refuses X_OK on a file system mounted `noexec`, whatever the file's mode and whoever asks. */
function mustAllowCode(folder: string): void {
	const file = join(folder, 'executable');
	writeFileSync(file, '', {mode: 0o700});
	accessSync(file, constants.X_OK);
	rmSync(file);
}
