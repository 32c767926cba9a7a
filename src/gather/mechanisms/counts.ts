/** This file makes and reads the page that a way of intercepting counts into (native/mechanisms/counts.h). */

import {readFileSync, writeFileSync} from 'node:fs';

export interface MechanismCounts {
	/** Whether what counts was loaded. */
	readonly ready: boolean;
	readonly PyErr_Occurred: number;
	readonly malloc: number;
	readonly objects: number;
}

export function createCounts(path: string): void {
	writeFileSync(path, new Uint8Array(4096), {flag: 'wx'});
}

export function readCounts(path: string): MechanismCounts {
	const page = readFileSync(path);
	const word = (index: number) => Number(page.readBigUInt64LE(index * 8));
	return {PyErr_Occurred: word(0), malloc: word(1), objects: word(2), ready: word(3) === 1};
}
