/** This file tells which machine the report was made on, and steadies it for counting. */

import {readFileSync} from 'node:fs';
import {machine, release} from 'node:os';
import {keptByFile} from '../cache/by-file.js';
import {fixOwnAddresses, libcVersion} from '../ledger/native.js';
import type {Host} from '../model/report.js';
import type {Environment} from '../process/temporary.js';
import {fixTetheredAddresses} from '../process/tether.js';

export function hostFacts(env: Environment): Host {
	return {machine: machine(), libc: libcOf(env), kernel: release()};
}

/** Programs then have the same addresses in each run, and count the same. False where the system forbids it. */
export function fixAddresses(): boolean {
	return fixTetheredAddresses() || fixOwnAddresses();
}

/** To call it takes longer than all else that is told of a machine, so the answer is kept, by the file that gives it. */
function libcOf(env: Environment): string {
	version ??= keptVersion(env);
	return version;
}

let version: string | undefined;

function keptVersion(env: Environment): string {
	const file = mappedLibc();
	const kept = file === null ? null : keptByFile<string>(file, 'libc', env);
	const known = kept?.get();
	if (known !== undefined) return known;
	const version = libcVersion();
	kept?.set(version);
	return version;
}

/** Null where /proc does not tell, or the C library has another name. */
function mappedLibc(): string | null {
	try {
		return /\/\S*\/libc\.so\.6$/m.exec(readFileSync('/proc/self/maps', 'latin1'))?.[0] ?? null;
	} catch {
		return null;
	}
}
