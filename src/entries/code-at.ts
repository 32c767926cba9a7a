/** This file finds a function's code in its file, and whether an address lies in a function. */

import type {Elf} from '../elf/elf.js';
import {findOffset} from '../elf/segments.js';

/** Null where the file holds no such bytes. */
export function codeAt(elf: Elf, address: number, size: number): Uint8Array | null {
	const offset = findOffset(elf.segments, address, size);
	return offset === null ? null : elf.bytes.slice(offset, size, 'function');
}

export function isWithin({address, size}: {readonly address: number; readonly size: number}, at: number): boolean {
	return at >= address && at < address + size;
}
