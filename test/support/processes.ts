/** This file watches processes that somebody else started. */

import {readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';

/** Whether it ends within the time that a loaded machine may need. */
export async function goes(pid: number): Promise<boolean> {
	for (let tries = 0; tries < 500; tries++) {
		if (!runs(pid)) return true;
		await sleep(20);
	}
	return false;
}

/** A killed process may wait for a slow reaper: it is gone when it is a zombie. */
function runs(pid: number): boolean {
	try {
		return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}
