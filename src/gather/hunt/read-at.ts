/** This file reads pieces of an open file with pread, the first of them in one go: most objects need no more. */

import {readSync} from 'node:fs';
import type {ReadAt} from '../../elf/defined-names.js';

const window = Buffer.alloc(1 << 16);

/** For one file at a time: what it gives is valid until its next call. */
export function readFile(descriptor: number, head: number): ReadAt {
	let spare = Buffer.alloc(0);
	return (offset, size) => {
		if (offset + size <= head) return window.subarray(offset, offset + size);
		if (spare.length < size) spare = Buffer.alloc(Math.max(size, 1 << 14));
		let read = 0;
		while (read < size) {
			const more = readSync(descriptor, spare, read, size - read, offset + read);
			if (more === 0) break;
			read += more;
		}
		return spare.subarray(0, read);
	};
}

/** Fills the window that `readFile` reads from; its bytes are valid until the next file's. */
export function fillWindow(descriptor: number): Uint8Array {
	return window.subarray(0, readSync(descriptor, window, 0, window.length, 0));
}

export function readMemory(bytes: Uint8Array): ReadAt {
	return (offset, size) => bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + size, bytes.length));
}

/** The whole file, of which `head` is what was read first; null where it is longer than `most`. */
export function readRest(descriptor: number, head: Uint8Array, most: number): Uint8Array | null {
	if (head.length < window.length) return head;
	const all = Buffer.alloc(most + 1);
	all.set(head);
	let length = head.length;
	while (length < all.length) {
		const more = readSync(descriptor, all, length, all.length - length, length);
		if (more === 0) return all.subarray(0, length);
		length += more;
	}
	return null;
}
