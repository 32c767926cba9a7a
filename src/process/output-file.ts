/** This file writes what a command found into a file as a careful program does: all of it, or the old file stays. */

import {accessSync, closeSync, constants, fstatSync, openSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {cannotBeWritten, codeOf} from './file-errors.js';
import {type OutputPlace, outputPlace} from './output-place.js';
import {replaceFile} from './replace-file.js';

/**
 * A regular file is replaced when the new one is whole and on the disk, and keeps its mode and owner; a link is followed;
 * a device, a FIFO and `/dev/stdout` are written into. Errors: SuiteError; the signal's reason where it was aborted.
 */
export async function writeOutput(path: string, pieces: Iterable<string>, signal: AbortSignal): Promise<void> {
	try {
		await write(outputPlace(path), pieces, signal);
	} catch (cause) {
		signal.throwIfAborted();
		throw cannotBeWritten(path, cause, 'Name a file in a folder that you may write to.');
	}
}

/** To be asked before long work begins. Errors: SuiteError where the path cannot be written as things stand. */
export function mustBeWritable(path: string): void {
	try {
		const place = outputPlace(path);
		if (place.kind === 'new') accessSync(dirname(place.path), constants.W_OK | constants.X_OK);
		else if (place.kind === 'descriptor') fstatSync(place.descriptor);
		else accessSync(place.path, constants.W_OK);
		if (place.kind === 'special' && place.stat.isSocket())
			throw new Error('it is a socket, which takes connections only');
	} catch (cause) {
		throw cannotBeWritten(path, cause, 'Name a file in a folder that you may write to.');
	}
}

function write(place: OutputPlace, pieces: Iterable<string>, signal: AbortSignal): Promise<void> {
	const fill = (descriptor: number) => writeAll(descriptor, pieces, signal);
	switch (place.kind) {
		case 'new':
			return replaceFile(place.path, null, fill);
		case 'regular':
			return replaceFile(place.path, place.stat, fill);
		case 'special':
			return writeInto(place.path, fill, signal);
		case 'descriptor':
			// Who stops reading what a program prints has read enough.
			return fill(place.descriptor).catch(error => {
				if (codeOf(error) !== 'EPIPE') throw error;
			});
	}
}

/** A FIFO is open once it has a reader; to wait in open(2) would leave signals unheard. */
async function writeInto(
	path: string,
	fill: (descriptor: number) => Promise<void>,
	signal: AbortSignal,
): Promise<void> {
	const descriptor = await openWhenRead(path, signal);
	try {
		await fill(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

async function openWhenRead(path: string, signal: AbortSignal): Promise<number> {
	for (;;) {
		try {
			return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
		} catch (error) {
			if (codeOf(error) !== 'ENXIO' || !isFifo(outputPlace(path))) throw error;
			await pause(patience, undefined, {signal});
		}
	}
}

/** In milliseconds. */
const patience = 20;

function isFifo(place: OutputPlace): boolean {
	return place.kind === 'special' && place.stat.isFIFO();
}

async function writeAll(descriptor: number, pieces: Iterable<string>, signal: AbortSignal): Promise<void> {
	for (const piece of pieces) {
		for (let rest = Buffer.from(piece); rest.length > 0; ) {
			signal.throwIfAborted();
			try {
				rest = rest.subarray(writeSync(descriptor, rest));
			} catch (error) {
				if (codeOf(error) !== 'EAGAIN') throw error;
				await pause(patience, undefined, {signal});
			}
		}
	}
}
