/** This file keeps what was computed from a file, and finds it again by the file's inode and times, without reading it. */

import {type BigIntStats, readdirSync, readFileSync, statSync} from 'node:fs';
import {isJoined} from '../process/joined.js';
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

/** What is kept; else what is computed, which is kept from then on. */
export function keptOr<T>(kept: Kept<T>, compute: () => T): T {
	const known = kept.get();
	if (known !== undefined) return known;
	const computed = compute();
	kept.set(computed);
	return computed;
}

/** By the content of all that a result depends on, wherever the file is. */
export function keptByContent<T>(digest: string, env: Environment): Kept<T> {
	return keptUnder(digest, `${digest} ${codeStamp()}`, env);
}

function keptUnder<T>(key: string, stamp: string, env: Environment): Kept<T> {
	const store = openStore(env, 'inspect');
	// The command as one file and its modules apart have different stamps: neither takes the other's results out.
	const name = isJoined() ? key : `${key}-apart`;
	return {
		get() {
			const bytes = store.get(name);
			const found = bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as Stamped<T>);
			return found?.stamp === stamp ? found.value : undefined;
		},
		set: value => store.set(name, Buffer.from(JSON.stringify({stamp, value} satisfies Stamped<T>))),
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
export function codeStamp(): string {
	stamp ??= [packageVersion(), ...codeFiles().map(sizeAndTime)].join(' ');
	return stamp;
}

let stamp: string | undefined;

function packageVersion(): string {
	return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}

function codeFiles(): readonly string[] {
	const own = import.meta.filename;
	if (isJoined()) return [own];
	const source = own.slice(0, -'/cache/by-file.js'.length);
	const inFolder = (folder: string) => readdirSync(`${source}/${folder}`).map(name => `${source}/${folder}/${name}`);
	const files = ['elf', 'binding', 'binding/code', 'dwarf', 'shim', 'target/declared']
		.flatMap(inFolder)
		.filter(file => file.endsWith('.js'));
	const others = [
		'gather/inspect-object',
		'gather/read-inlined',
		'object/debug-files',
		'gather/hidden',
		'gather/sweep/importers',
		'gather/sweep/slots',
		'target/objects',
		'catalog/related',
	];
	return [...files, ...others.map(name => `${source}/${name}.js`)];
}

function sizeAndTime(file: string): string {
	const {size, mtimeMs} = statSync(file);
	return `${size}@${mtimeMs}`;
}
