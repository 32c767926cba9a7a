/** This file names a file as the shims recognise it, whatever path the loader has for it, and stamps what it holds. */

import {type BigIntStats, statSync} from 'node:fs';

export function identity(path: string): string {
	const {dev, ino} = statSync(path, {bigint: true});
	return `${dev}:${ino}`;
}

/** A file that is written to, or replaced, is another one. */
export function contentStamp({dev, ino, size, mtimeNs, ctimeNs}: BigIntStats): string {
	return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** The same by path. Null where no file is there, or none that can be asked. */
export function contentStampAt(path: string): string | null {
	try {
		return contentStamp(statSync(path, {bigint: true}));
	} catch {
		return null;
	}
}
