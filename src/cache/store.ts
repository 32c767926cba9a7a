/** This file keeps results between runs, in the user's cache folder, each under a key that says all that it depends on. */

import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';

export interface Cache {
	/** Undefined where there is none, or none that can be read. */
	get(key: string): unknown;
	/** Does nothing where the folder cannot be written: a cache that is missing costs time only. */
	set(key: string, value: unknown): void;
}

const noCache: Cache = {get: () => undefined, set: () => {}};

/** The XDG cache folder; without XDG_CACHE_HOME and HOME, no cache. */
export function openCache(env: Readonly<Record<string, string | undefined>>, name: string): Cache {
	const base = cacheHome(env);
	if (base === null) return noCache;
	const folder = `${base}/pyinterpose/${name}`;
	const fileOf = (key: string) => `${folder}/${key}.json`;
	return {
		get: key => orUndefined(() => JSON.parse(readFileSync(fileOf(key), 'utf8'))),
		set: (key, value) =>
			orUndefined(() => {
				mkdirSync(folder, {recursive: true, mode: 0o700});
				// Renamed when whole: another process never reads half of it.
				const draft = `${folder}/.${process.pid}-${key}`;
				writeFileSync(draft, JSON.stringify(value));
				renameSync(draft, fileOf(key));
				prune(folder);
			}),
	};
}

export function cacheHome({XDG_CACHE_HOME, HOME}: Readonly<Record<string, string | undefined>>): string | null {
	// A relative path is to be ignored, says the XDG specification.
	if (XDG_CACHE_HOME?.startsWith('/')) return XDG_CACHE_HOME;
	return HOME?.startsWith('/') ? `${HOME}/.cache` : null;
}

/** As many as are kept; the oldest go first. */
const most = 200;

function prune(folder: string): void {
	const files = readdirSync(folder).map(name => `${folder}/${name}`);
	if (files.length <= most) return;
	const aged = files.map(file => ({file, age: statSync(file).mtimeMs})).sort((left, right) => left.age - right.age);
	for (const {file} of aged.slice(0, files.length - most)) rmSync(file, {force: true});
}

function orUndefined<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
