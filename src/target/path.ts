/** This file finds a program on PATH as a shell does. */

import {accessSync, constants, statSync} from 'node:fs';
import {resolve} from 'node:path';

/** Null where no folder of PATH has an executable file of that name. */
export function onPath(name: string, path: string | undefined): string | null {
	return (
		pathFolders(path)
			.map(folder => resolve(folder, name))
			.find(isExecutableFile) ?? null
	);
}

/** An empty part of PATH is the current folder. */
export function pathFolders(path: string | undefined): string[] {
	return (path ?? '').split(':').map(folder => (folder === '' ? '.' : folder));
}

export function isExecutableFile(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
