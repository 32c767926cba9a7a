/** This file keeps what was computed from a file, and finds it again by the file's inode and times, without reading it. */

import {type BigIntStats, readdirSync, readFileSync, statSync} from 'node:fs';
import type {Environment} from '../process/temporary.js';
import {openStore} from './store.js';

export interface Kept<T> {
	get(): T | undefined;
	set(value: T): void;
}

/**
 * By the file as it stands on disk: same inode, size and times; and by the code as it stands, too. Call before the file is
 * read: a change while it is read then makes the next look a miss. `kind` tells apart what is kept of one file.
 */
export function keptByFile<T>(path: string, kind: string, env: Environment): Kept<T> {
	const file = fileStamp(path);
	if (file === null) return nothing;
	const kept = keptUnder<T>(`${kind}-${file.name}`, `${file.stamp} ${codeStamp()}`, env);
	return file.settled ? kept : {get: kept.get, set: () => {}};
}

/** By the content of all that a result depends on, wherever the file is. */
export function keptByContent<T>(digest: string, env: Environment): Kept<T> {
	return keptUnder(digest, `${digest} ${codeStamp()}`, env);
}

function keptUnder<T>(key: string, stamp: string, env: Environment): Kept<T> {
	const store = openStore(env, 'inspect');
	return {
		get() {
			const bytes = store.get(key);
			const found = bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as Stamped<T>);
			return found?.stamp === stamp ? found.value : undefined;
		},
		set: value => store.set(key, Buffer.from(JSON.stringify({stamp, value} satisfies Stamped<T>))),
	};
}

const nothing = {get: () => undefined, set: () => {}};

interface Stamped<T> {
	readonly stamp: string;
	readonly value: T;
}

interface FileStamp {
	readonly name: string;
	readonly stamp: string;
	/** A file that was changed just now may be changed once more within the same tick of its times. */
	readonly settled: boolean;
}

/** Null where the file cannot be asked; to read it will tell why. */
function fileStamp(path: string): FileStamp | null {
	const stat = statOf(path);
	if (stat === null) return null;
	const {dev, ino, size, mtimeNs, ctimeNs} = stat;
	return {
		name: `${dev}-${ino}`,
		stamp: `${size} ${mtimeNs} ${ctimeNs}`,
		settled: Date.now() - Number(ctimeNs / 1_000_000n) >= tick,
	};
}

function statOf(path: string): BigIntStats | null {
	try {
		return statSync(path, {bigint: true});
	} catch {
		return null;
	}
}

/** More than the coarsest times of a file system, in milliseconds. */
const tick = 2000;

/**
 * The package's version, and the sizes and times of the files that compute results: the version alone does not change
 * while somebody works on them, and to read them would take longer than all else that a kept result needs.
 */
function codeStamp(): string {
	const here = import.meta.dirname;
	const {version} = JSON.parse(readFileSync(`${here}/../../../package.json`, 'utf8'));
	const folders = [`${here}/../elf`, `${here}/../binding`, `${here}/../binding/code`];
	const files = folders.flatMap(folder => readdirSync(folder).map(name => `${folder}/${name}`));
	const code = [...files, `${here}/../gather/inspect-object.js`];
	return [version, ...code.filter(file => file.endsWith('.js')).map(sizeAndTime)].join(' ');
}

function sizeAndTime(file: string): string {
	const {size, mtimeMs} = statSync(file);
	return `${size}@${mtimeMs}`;
}
