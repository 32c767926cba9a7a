/** This file tells a package or a folder, which has ELF objects in it, from a file that is one. */

import {statSync} from 'node:fs';
import {archiveForm} from './hunt/archive-form.js';

export function holdsObjects(path: string): boolean {
	return archiveForm(path) !== null || (statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false);
}
