/** This file starts programs that end when we do, even by SIGKILL: native/tether.c stands between, for the time of one exec. */

import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {getSystemErrorName} from 'node:util';
import {nativeFolder} from '../native.js';

export interface Tethered {
	readonly child: ChildProcess;
	/** Settles once the program runs, or cannot: then what the system said, as Node words it. */
	readonly refused: Promise<string | null>;
}

export interface TetherOptions extends Omit<SpawnOptions, 'stdio'> {
	readonly stdio: readonly ('ignore' | 'inherit' | 'pipe')[];
}

/** As spawn(): throws or emits what concerns us; what concerns the program itself is in `refused`. */
export function spawnTethered(
	file: string,
	argv: readonly string[],
	{stdio, argv0, ...options}: TetherOptions,
): Tethered {
	const tether = tetherPath();
	if (tether === null) {
		const child = spawn(file, [...argv], {...options, stdio: [...stdio], ...(argv0 === undefined ? {} : {argv0})});
		return {child, refused: Promise.resolve(null)};
	}
	const words = [`${process.pid}${fixed ? 'F' : ''}`, file, argv0 ?? file, ...argv];
	const child = spawn(tether, words, {...options, stdio: [...stdio, 'pipe']});
	return {child, refused: refusal(streamsOf(child)[stdio.length] as Readable | null | undefined, file)};
}

/** Where this process may open no more files, Node makes no streams at all, and tells so by an event. */
function streamsOf({stdio}: {readonly stdio?: ChildProcess['stdio'] | undefined}): readonly unknown[] {
	return stdio ?? [];
}

/**
 * Turns address randomisation off for what is started from now on, so that counts repeat: which objects collide in a cache depends on
 * their addresses. False where there is no tether to do it.
 */
export function fixTetheredAddresses(): boolean {
	fixed = tetherPath() !== null;
	return fixed;
}

let fixed = false;

/** Null where it is not built, or lies on a file system from which nothing runs. */
export function tetherPath(): string | null {
	try {
		accessSync(built, constants.X_OK);
		return built;
	} catch {
		return null;
	}
}

const built = join(nativeFolder, 'tether');

/** The pipe is closed by the exec that succeeds. */
async function refusal(pipe: Readable | null | undefined, file: string): Promise<string | null> {
	const chunks: Buffer[] = [];
	try {
		for await (const chunk of pipe ?? []) chunks.push(chunk);
	} catch {
		// The child is gone; how it ended says all.
	}
	const said = Buffer.concat(chunks);
	return said.length < 4 ? null : `spawn ${file} ${getSystemErrorName(-said.readInt32LE(0))}`;
}
