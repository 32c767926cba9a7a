/** This file sends an object along by LD_PRELOAD, and tells whether it is there at the end of the way. */

import {realpathSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Preload} from '../model/target.js';
import {nativeFile} from '../native.js';
import {type Environment, withPreloadableFolder} from '../process/temporary.js';

/** native/preloaded.c: it defines no function, so nothing changes where it is loaded. */
const name = 'preloaded.so';

/** Calls `work` with a path for LD_PRELOAD. */
export async function withPreloaded<T>(env: Environment, work: (path: string) => Promise<T>): Promise<T> {
	return withPreloadableFolder(env, dirname(nativeFile(name)), folder => work(join(folder, name)));
}

/** Null where it is not known what is mapped. */
export function preloadSeen(objects: readonly string[] | null): Preload | null {
	if (objects === null) return null;
	return objects.includes(realpathSync(nativeFile(name))) ? 'kept' : 'dropped';
}
