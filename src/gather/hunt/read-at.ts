/** This file reads pieces of an open file with pread, the first of them in one go: most objects need no more. */

import {readSync} from 'node:fs';
import type {ReadAt} from '../../elf/defined-names.js';

/** Filled anew for each file. No Buffers: those take long to hand out parts of. */
const window = new Uint8Array(1 << 16);
const further = new Uint8Array(1 << 20);

/** For one file at a time: what it gives is valid until its next call. */
export function readFile(descriptor: number, head: number): ReadAt {
	let [from, to] = [0, 0];
	return (offset, size) => {
		if (offset + size <= head) return window.subarray(offset, offset + size);
		// A table that is larger than any piece is rare.
		if (size > further.length) return read(descriptor, new Uint8Array(size), offset, size);
		if (offset < from || offset + size > to) {
			from = offset;
			to = offset + read(descriptor, further.subarray(0, Math.max(size, ahead)), offset, size).length;
		}
		return further.subarray(offset - from, Math.min(offset + size, to) - from);
	};
}

/** Tables are read from front to back. */
const ahead = 1 << 14;

/** At least `size` bytes, less where the file ends. */
function read(descriptor: number, into: Uint8Array, offset: number, size: number): Uint8Array {
	let length = 0;
	while (length < size) {
		const more = readSync(descriptor, into, length, into.length - length, offset + length);
		if (more === 0) break;
		length += more;
	}
	return into.subarray(0, length);
}

/** Fills the window that `readFile` reads from; its bytes are valid until the next file's. */
export function fillWindow(descriptor: number): Uint8Array {
	return window.subarray(0, readSync(descriptor, window, 0, window.length, 0));
}

export function readMemory(bytes: Uint8Array): ReadAt {
	return (offset, size) => bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + size, bytes.length));
}

/** The whole file, of which `head` is what was read first, valid until the next call; null where it is longer than `most`. */
export function readRest(descriptor: number, head: Uint8Array, most: number): Uint8Array | null {
	if (head.length < window.length) return head;
	if (whole.length <= most) whole = new Uint8Array(most + 1);
	const all = read(descriptor, whole, 0, most + 1);
	return all.length > most ? null : all;
}

let whole = new Uint8Array(0);
