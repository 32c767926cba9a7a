/** This file finds what the lab has built on this machine before: a test that does not need it anew takes it as it lies. */

import {existsSync, readdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';

export interface LabBuilt {
	readonly python: string;
	readonly library: string;
}

/** By its variant; undefined where there is none. */
export function builtAs(variant: string): LabBuilt | undefined {
	const builds = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pyinterpose/lab/builds');
	const names = existsSync(builds) ? readdirSync(builds) : [];
	const name = names.find(one => one.startsWith(`${variant}-3.11.2-quick-`));
	if (name === undefined) return undefined;
	const prefix = join(builds, name, 'prefix');
	const [python, library] = [join(prefix, 'bin/python3.11'), join(prefix, 'lib/libpython3.11.so.1.0')];
	return existsSync(library) ? {python, library} : undefined;
}
