/** This file removes what the lab keeps. */

import {existsSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {allBuilds} from './record.js';

/** The builds of these names, or everything where none is named. Gives the folders that are gone. */
export async function clean(root: string, names: readonly string[]): Promise<readonly string[]> {
	const folders =
		names.length === 0
			? ['builds', 'sources', 'stdlib', 'distribution'].map(name => join(root, name)).filter(path => existsSync(path))
			: allBuilds(root)
					.filter(({name}) => names.includes(name))
					.map(({folder}) => folder);
	for (const folder of folders) await rm(folder, {recursive: true, force: true});
	return folders;
}
