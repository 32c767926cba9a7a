/** This file finds a finished build by its variant's name, so that people need not know where it lies. */

import {existsSync} from 'node:fs';
import {allBuilds, reached} from './record.js';

/** The interpreter of the build of that name; the name itself where it is no variant's, or also a file's. */
export function pythonNamed(name: string, root: string): string {
	if (existsSync(name)) return name;
	const built = allBuilds(root).filter(build => build.name === name && reached(build, 'checked'));
	return built.at(-1)?.python ?? name;
}
