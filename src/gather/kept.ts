/** This file keeps results under what they were computed from, and finds them again without reading the object anew. */

import {statSync} from 'node:fs';
import {type Cache, openCache} from './cache.js';
import {codeStamp} from './code-stamp.js';

export interface Kept<T> {
	/** By the file as it stands on disk: same inode, size and times. */
	byFile(): T | undefined;
	/** By the content of all that a result depends on. */
	byContent(digest: string): T | undefined;
	keep(digest: string, result: T): void;
}

/** Call before the file is read: a change while it is read then makes the next look a miss. */
export function keptResults<T>(path: string, env: Readonly<Record<string, string | undefined>>): Kept<T> {
	const cache = openCache(env, 'inspect');
	const file = fileStamp(path);
	const code = codeStamp();
	const byContent = (digest: string) => {
		const found = cache.get(digest) as Entry<T> | undefined;
		if (found?.code !== code || found.digest !== digest) return undefined;
		point(cache, file, digest);
		return found.result;
	};
	return {
		byFile() {
			const pointer = file === null ? undefined : (cache.get(file.name) as Pointer | undefined);
			return pointer?.stamp === file?.stamp && pointer !== undefined ? byContent(pointer.digest) : undefined;
		},
		byContent,
		keep(digest, result) {
			cache.set(digest, {code, digest, result} satisfies Entry<T>);
			point(cache, file, digest);
		},
	};
}

interface Entry<T> {
	readonly code: string;
	readonly digest: string;
	readonly result: T;
}

interface Pointer {
	readonly stamp: string;
	readonly digest: string;
}

interface FileStamp {
	readonly name: string;
	readonly stamp: string;
	/** A file that was changed just now may be changed once more within the same tick of its times. */
	readonly settled: boolean;
}

/** Null where the file cannot be asked; to read it will tell why. */
function fileStamp(path: string): FileStamp | null {
	const stat = statSync(path, {bigint: true, throwIfNoEntry: false});
	if (stat === undefined) return null;
	const {dev, ino, size, mtimeNs, ctimeNs} = stat;
	return {
		name: `file-${dev}-${ino}`,
		stamp: `${size} ${mtimeNs} ${ctimeNs}`,
		settled: Date.now() - Number(ctimeNs / 1_000_000n) >= tick,
	};
}

/** More than the coarsest times of a file system, in milliseconds. */
const tick = 2000;

function point(cache: Cache, file: FileStamp | null, digest: string): void {
	if (file === null || !file.settled) return;
	const known = cache.get(file.name) as Pointer | undefined;
	if (known?.stamp === file.stamp && known.digest === digest) return;
	cache.set(file.name, {stamp: file.stamp, digest} satisfies Pointer);
}
