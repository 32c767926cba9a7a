/** This file finds the Python that Debian itself uses. */

import {spawnSync} from 'node:child_process';
import {existsSync, realpathSync} from 'node:fs';

/** The file, as /usr/bin/python3.11; null where there is none. */
export function debianPython(): string | null {
	const path = '/usr/bin/python3';
	return existsSync('/etc/debian_version') && existsSync(path) ? realpathSync(path) : null;
}

/** As 3.11.2; empty for a file that is no Python. */
export function releaseOf(python: string): string {
	const {stdout} = spawnSync(python, ['--version'], {encoding: 'utf8'});
	return /^Python (\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1] ?? '';
}
