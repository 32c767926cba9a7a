/** This file names a file as the shims recognise it, whatever path the loader has for it. */

import {statSync} from 'node:fs';

export function identity(path: string): string {
	const {dev, ino} = statSync(path, {bigint: true});
	return `${dev}:${ino}`;
}
