/** This file reads the members of a zip archive (a wheel, an egg) through its table of contents. */

import {readSync} from 'node:fs';
import {constants, inflateRawSync} from 'node:zlib';
import {ArchiveError, type Bounds} from './stream.js';

export interface ZipMember {
	readonly name: string;
	readonly size: number;
	/** Its first bytes, as many as a few packed ones give. */
	head(): Buffer;
	/** Errors: ArchiveError where it is larger than the bound, or cannot be unpacked. */
	whole(): Buffer;
}

/** Errors: ArchiveError for what is no zip archive. */
export function* zipMembers(descriptor: number, size: number, bounds: Bounds): Generator<ZipMember> {
	const {offset, length} = tableOf(descriptor, size);
	const table = read(descriptor, offset, length);
	let left = bounds.unpacked;
	for (let at = 0; at + 46 <= table.length; ) {
		bounds.signal.throwIfAborted();
		if (table.readUInt32LE(at) !== entryMark) return;
		const [nameSize, extraSize, commentSize] = [28, 30, 32].map(more => table.readUInt16LE(at + more)) as [
			number,
			number,
			number,
		];
		const name = table.toString('utf8', at + 46, at + 46 + nameSize);
		const entry = {
			method: table.readUInt16LE(at + 10),
			packed: table.readUInt32LE(at + 20),
			size: table.readUInt32LE(at + 24),
			local: table.readUInt32LE(at + 42),
			isEncrypted: (table.readUInt16LE(at + 8) & 1) !== 0,
		};
		at += 46 + nameSize + extraSize + commentSize;
		if (name.endsWith('/')) continue;
		left -= entry.size;
		if (left < 0) throw new ArchiveError(`it unpacks to more than ${bounds.unpacked} bytes`);
		yield {
			name,
			size: entry.size,
			head: () => headOf(descriptor, entry),
			whole: () => wholeOf(descriptor, entry, bounds),
		};
	}
}

interface Entry {
	readonly method: number;
	readonly packed: number;
	readonly size: number;
	readonly local: number;
	readonly isEncrypted: boolean;
}

const entryMark = 0x0201_4b50;
const endMark = Buffer.from([0x50, 0x4b, 5, 6]);
/** The end record with the longest comment. */
const longestEnd = 22 + 0xffff;
const largestTable = 1 << 26;
/** Of a wide (zip64) archive's numbers, which stand elsewhere. */
const elsewhere = 0xffff_ffff;

function tableOf(descriptor: number, size: number): {readonly offset: number; readonly length: number} {
	const from = Math.max(0, size - longestEnd);
	const tail = read(descriptor, from, size - from);
	const at = tail.lastIndexOf(endMark);
	if (at < 0 || at + 22 > tail.length) throw new ArchiveError('it is no zip archive, or a cut one');
	const [length, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
	if (offset === elsewhere) throw new ArchiveError('it is larger than 4 GiB (zip64), which is not read');
	if (length > largestTable || offset + length > size) throw new ArchiveError('its table lies outside the file');
	return {offset, length};
}

function headOf(descriptor: number, entry: Entry): Buffer {
	const packed = read(descriptor, dataAt(descriptor, entry), Math.min(entry.packed, 512));
	if (entry.method === 0) return packed;
	try {
		// The rest is missing, which is no error here.
		return inflateRawSync(packed, {finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 20});
	} catch {
		return Buffer.alloc(0);
	}
}

function wholeOf(descriptor: number, entry: Entry, {member}: Bounds): Buffer {
	if (entry.size > member || entry.packed > member) throw new ArchiveError(`it is larger than ${member} bytes`);
	const packed = read(descriptor, dataAt(descriptor, entry), entry.packed);
	if (entry.method === 0) return packed;
	try {
		return inflateRawSync(packed, {maxOutputLength: Math.max(entry.size, 1)});
	} catch (cause) {
		throw new ArchiveError(`it cannot be unpacked (${cause instanceof Error ? cause.message : String(cause)})`);
	}
}

function dataAt(descriptor: number, {local, method, isEncrypted}: Entry): number {
	if (isEncrypted || (method !== 0 && method !== 8)) throw new ArchiveError('it is packed in a way that is not read');
	const header = read(descriptor, local, 30);
	if (header.length < 30) throw new ArchiveError('it lies outside the file');
	return local + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function read(descriptor: number, offset: number, size: number): Buffer {
	const bytes = Buffer.alloc(size);
	return bytes.subarray(0, readSync(descriptor, bytes, 0, size, offset));
}
