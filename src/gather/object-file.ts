/** This file reads an ELF object's file, but for its debug information, which the static witness never looks at. */

import {createHash} from 'node:crypto';
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {skippableSpans} from '../elf/debug-sections.js';
import {readHeader} from '../elf/header.js';
import {readBuildId} from '../elf/notes.js';
import {readSegments} from '../elf/segments.js';
import {SuiteError} from '../errors.js';

export interface ObjectFile {
	/** As long as the file; zeros where it was not read. */
	readonly bytes: Uint8Array;
	/**
	 * The build-id, then a digest of the size and of everything that was read: what is computed from `bytes` depends on
	 * nothing else. A build-id alone is not enough: a stripped file has that of its original.
	 */
	readonly digest: string;
}

/** Errors: ElfError for a file that is no ELF object, SuiteError for one that cannot be read. */
export function readObjectFile(path: string): ObjectFile {
	const descriptor = open(path);
	try {
		const stat = fstatSync(descriptor);
		if (!stat.isFile()) throw new SuiteError(`${path} is not a file.`, {hint: 'Give a library or an executable.'});
		if (stat.size > largest) throw new SuiteError(`${path} is larger than ${largest} bytes.`);
		return readAround(descriptor, new Uint8Array(stat.size));
	} finally {
		closeSync(descriptor);
	}
}

const largest = 2 ** 32;

function open(path: string): number {
	try {
		return openSync(path, 'r');
	} catch (cause) {
		throw new SuiteError(`${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? cause}.`, {cause});
	}
}

function readAround(descriptor: number, bytes: Uint8Array): ObjectFile {
	const fetch = (from: number, to: number) => fill(descriptor, bytes, from, to);
	const hash = createHash('sha256').update(String(bytes.length));
	let from = 0;
	for (const {offset, size} of [...skippableSpans(bytes, fetch), {offset: bytes.length, size: 0}]) {
		fetch(from, offset);
		hash.update(bytes.subarray(from, offset));
		from = offset + size;
	}
	return {bytes, digest: `${buildIdOf(bytes) ?? 'no-build-id'}-${hash.digest('hex').slice(0, 32)}`};
}

/** A file that has shrunk since leaves zeros. */
function fill(descriptor: number, bytes: Uint8Array, from: number, to: number): void {
	for (let at = from; at < to; ) {
		const count = readSync(descriptor, bytes, at, to - at, at);
		if (count === 0) return;
		at += count;
	}
}

function buildIdOf(all: Uint8Array): string | null {
	const {bytes, header} = readHeader(all);
	return readBuildId(bytes, readSegments(bytes, header));
}
