/** This file makes and reads the pages that a program under test writes into: it may do so in its own way, cut them, or remove them. */

import {closeSync, fstatSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {SuiteError} from '../errors.js';

export interface PageForm {
	/** As it was made, in bytes. */
	readonly size: number;
	readonly magic: bigint;
	readonly version: number;
}

/**
 * The head and zeros behind it; it must not exist yet. Every byte is written, because a page of memory that cannot be had later is a SIGBUS
 * in the target.
 */
export function createPage(path: string, head: Buffer, size: number): void {
	const file = openSync(path, 'wx', 0o600);
	try {
		for (let at = 0; at < head.length; ) at += writeSync(file, head, at);
		for (let at = head.length; at < size; ) at += writeSync(file, zeros, 0, Math.min(zeros.length, size - at));
	} catch (error) {
		rmSync(path, {force: true});
		throw error;
	} finally {
		closeSync(file);
	}
}

/** Few enough to stay in the processor's cache: so many zeros as a whole page has would be memory to be had, too. */
const zeros = Buffer.alloc(64 * 1024);

/**
 * All of a page, or as much as its first `headSize` bytes say is wanted. Errors: SuiteError for a page that is gone, is shorter
 * than it was made, or begins otherwise.
 */
export function readPage(
	path: string,
	{size, magic, version}: PageForm,
	wanted: (head: Buffer) => number = () => size,
): Buffer {
	const file = open(path);
	try {
		if (fstatSync(file).size < size) throw damaged('is too short');
		const head = readAll(file, headSize);
		if (head.readBigUInt64LE(0) !== magic || head.readUInt32LE(8) !== version) throw damaged('was written over');
		return readAll(file, Math.min(size, wanted(head)));
	} finally {
		closeSync(file);
	}
}

/** A page of `size` bytes without a head, whole. Errors: as of `readPage`. */
export function readBytes(path: string, size: number): Buffer {
	const file = open(path);
	try {
		return readAll(file, size);
	} finally {
		closeSync(file);
	}
}

/** What stands in the first bytes of every page: magic, version, and numbers. */
const headSize = 64;

function open(path: string): number {
	try {
		return openSync(path, 'r');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw damaged('is gone');
		throw error;
	}
}

function readAll(file: number, size: number): Buffer {
	const bytes = Buffer.alloc(size);
	for (let at = 0; at < size; ) {
		const read = readSync(file, bytes, at, size - at, at);
		if (read === 0) throw damaged('is too short');
		at += read;
	}
	return bytes;
}

function damaged(how: string): SuiteError {
	return new SuiteError(`A page that the program was counted in ${how}: nobody but that program can have done it.`, {
		hint: 'See that it leaves the files alone that its variables PYINTERPOSE_* name.',
	});
}
