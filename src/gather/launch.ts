/** This file says how a target is started: by itself, or by our launcher with a link to the libpython meant. */

import {statSync} from 'node:fs';
import {symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {nativeFolder} from '../ledger/native.js';
import type {Start} from '../model/target.js';
import {type Environment, withTemporaryFolder} from '../process/temporary.js';

/** What every start of one target has in common. */
export interface Launch {
	readonly file: string;
	readonly env: Readonly<Record<string, string>>;
}

/** Calls `work` with the way to start the target; what it needs on disk is removed afterwards. */
export async function withLaunch<T>(start: Start, env: Environment, work: (launch: Launch) => Promise<T>): Promise<T> {
	if (start.kind === 'interpreter') return work({file: start.executable, env: baseEnvironment(env)});
	return withTemporaryFolder(env, 'code', async folder => {
		await symlink(start.library, join(folder, 'pyinterpose-target.so'));
		const base = baseEnvironment(env);
		const path = [folder, base.LD_LIBRARY_PATH].filter(Boolean).join(':');
		return work({
			file: join(nativeFolder, 'launcher'),
			env: {...base, LD_LIBRARY_PATH: path, PYTHONHOME: start.home},
		});
	});
}

/** How the shims recognise the core, whatever path the loader has for it. */
export function identity(path: string): string {
	const {dev, ino} = statSync(path, {bigint: true});
	return `${dev}:${ino}`;
}

/**
 * Nothing of the user's environment that changes what Python does: counts must repeat. LD_LIBRARY_PATH stays, because
 * an uninstalled build does not start without it.
 */
function baseEnvironment(env: Environment): Record<string, string> {
	return {
		LC_ALL: 'C.UTF-8',
		PATH: '/usr/bin:/bin',
		PYTHONHASHSEED: '0',
		PYTHONDONTWRITEBYTECODE: '1',
		PYTHONNOUSERSITE: '1',
		...(env.LD_LIBRARY_PATH === undefined ? {} : {LD_LIBRARY_PATH: env.LD_LIBRARY_PATH}),
	};
}
