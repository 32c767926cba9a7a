/** This file lets one process at a time work on a build. */

import {linkSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {codeOf} from '../process/file-errors.js';
import type {Lab} from './lab.js';

/** Waits for another process that holds the lock; one that has died holds nothing. */
export async function locked<T>(folder: string, lab: Lab, work: () => Promise<T>): Promise<T> {
	mkdirSync(folder, {recursive: true});
	const lock = join(folder, 'lock');
	let told = false;
	while (!taken(lock)) {
		const holder = holderOf(lock);
		if (holder === null) {
			rmSync(lock, {force: true});
			continue;
		}
		if (!told) lab.tell.line(`Waiting for process ${holder}, which works in ${folder}`);
		told = true;
		await sleep(1000, undefined, {signal: lab.signal});
	}
	try {
		return await work();
	} finally {
		rmSync(lock, {force: true});
	}
}

/** A link is made at once or not at all, with its content; a file that is opened is empty at first. */
function taken(lock: string): boolean {
	const own = `${lock}.${process.pid}`;
	writeFileSync(own, String(process.pid));
	try {
		linkSync(own, lock);
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(own, {force: true});
	}
}

/** Null where the process that took the lock is gone. */
function holderOf(lock: string): number | null {
	const holder = Number(read(lock));
	if (!Number.isInteger(holder) || holder <= 0) return null;
	try {
		process.kill(holder, 0);
		return holder;
	} catch (error) {
		return codeOf(error) === 'EPERM' ? holder : null;
	}
}

function read(lock: string): string {
	try {
		return readFileSync(lock, 'utf8');
	} catch {
		return '';
	}
}
