/** This file makes the byte code of an unpacked standard library, as installing does: without it every start compiles anew, which calls other functions. */

import {dirname, join} from 'node:path';
import type {Root, Target} from '../model/target.js';
import {runChild} from '../process/child.js';
import {targetEnvironment} from './environment.js';
import type {Launcher, Surroundings} from './surroundings.js';

/** What its package brought, and is of the same source, stays. A file that cannot be compiled is no fault of the build's. */
export async function compileLibrary(
	{start, python}: Target,
	root: Root,
	launch: Launcher,
	{env, signal, timeoutSeconds}: Surroundings,
): Promise<void> {
	const {file, argv, env: own} = launch(start);
	for (const folder of libraryFolders(root, python.version)) {
		await runChild({
			file,
			argv: [...argv, '-S', '-m', 'compileall', '-q', '-x', '/(test|tests|idlelib|lib2to3)/', folder],
			env: {...targetEnvironment(env), ...own},
			timeoutSeconds,
			signal,
		});
	}
}

/** Each folder of the root that has an os.py of that version. */
function libraryFolders({folder, packages}: Root, version: string): readonly string[] {
	const name = new RegExp(`/python${/^\d+\.\d+/.exec(version)?.[0]}t?/os\\.py$`);
	const places = [...packages.keys()].filter(place => name.test(`/${place}`));
	return places.map(place => dirname(join(folder, place)));
}
