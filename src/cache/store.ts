/** This file keeps bytes between runs, and gives back only what is whole, belongs to this user, and was kept under that key. */

import {createHash, randomBytes} from 'node:crypto';
import {
	closeSync,
	constants,
	fstatSync,
	futimesSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	type Stats,
	writeFileSync,
} from 'node:fs';
import type {Environment} from '../process/temporary.js';
import {cacheFolder, isOurs, type Kind} from './folder.js';
import {prune} from './prune.js';

export interface Store {
	/** Undefined where there is none, or none that can be trusted: then it is to be made anew. */
	get(key: string): Buffer | undefined;
	/** Does nothing where the folder cannot be used: a cache that is missing costs time only. */
	set(key: string, bytes: Uint8Array): void;
}

const noStore: Store = {get: () => undefined, set: () => {}};

/** A key is a file name without a slash. */
export function openStore(env: Environment, kind: Kind): Store {
	const folder = cacheFolder(env, kind);
	if (folder.kind === 'refused') return noStore;
	const fileOf = (key: string) => `${folder.path}/${key}${ending}`;
	return {
		get: key => orUndefined(() => read(fileOf(key), key)),
		set: (key, bytes) =>
			orUndefined(() => {
				write(folder.path, fileOf(key), seal(key, bytes));
				pruneOnce(folder.path);
			}),
	};
}

const pruned = new Set<string>();

/** A process keeps a few files; what there are too many of may wait for the next one. */
function pruneOnce(folder: string): void {
	if (pruned.has(folder)) return;
	pruned.add(folder);
	prune(folder);
}

/** Of every file that is kept. */
const ending = '.kept';

/** The first bytes of a file; behind them stand the digest of key and content, and the content. */
const magic = Buffer.from('pyinterpose kept 1\n');
const digestSize = 32;

export function seal(key: string, bytes: Uint8Array): Buffer {
	return Buffer.concat([magic, digestOf(key, bytes), bytes]);
}

/** Undefined for bytes that were damaged, or kept under another key. */
export function unseal(key: string, file: Buffer): Buffer | undefined {
	const content = file.subarray(magic.length + digestSize);
	const digest = file.subarray(magic.length, magic.length + digestSize);
	const isWhole = file.subarray(0, magic.length).equals(magic) && digest.equals(digestOf(key, content));
	return isWhole ? content : undefined;
}

function digestOf(key: string, bytes: Uint8Array): Buffer {
	return createHash('sha256').update(`${key.length} ${key}`).update(bytes).digest();
}

function read(path: string, key: string): Buffer | undefined {
	const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const stat = fstatSync(descriptor);
		if (!stat.isFile() || !isOurs(stat)) return undefined;
		const content = unseal(key, readFileSync(descriptor));
		if (content !== undefined) markUsed(descriptor, stat);
		return content;
	} finally {
		closeSync(descriptor);
	}
}

/** What was not used for long is taken out first. Once a day is enough to tell. */
function markUsed(descriptor: number, {mtimeMs}: Stats): void {
	const now = Date.now();
	if (now - mtimeMs > 24 * 60 * 60 * 1000) orUndefined(() => futimesSync(descriptor, now / 1000, now / 1000));
}

/**
 * Renamed when whole, so that no other process ever sees half of it. What a crash of the machine left half written is told by its
 * digest, so nobody waits for the disk.
 */
function write(folder: string, path: string, bytes: Uint8Array): void {
	const draft = `${folder}/.${randomBytes(8).toString('hex')}`;
	const descriptor = openSync(draft, 'wx', 0o600);
	try {
		try {
			writeFileSync(descriptor, bytes);
		} finally {
			closeSync(descriptor);
		}
		renameSync(draft, path);
	} catch (error) {
		rmSync(draft, {force: true});
		throw error;
	}
}

function orUndefined<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
