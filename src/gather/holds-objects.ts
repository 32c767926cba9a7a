/** This file tells a package or a folder, which has ELF objects in it, from a file that is one. */

import {statSync} from 'node:fs';
import {archiveForm} from '../archive/archive-form.js';

export function holdsObjects(path: string): boolean {
	return archiveForm(path) !== null || isFolder(path);
}

/** What cannot be looked at is refused with its reason by whoever opens it as a file. */
function isFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
}
