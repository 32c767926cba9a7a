/** This file finds a function's code in its file, and whether an address lies in a function. */

import type {Elf} from '../elf/elf.js';
import {findOffset} from '../elf/segments.js';
import {ElfError} from '../errors.js';
import {Refusal} from './refusal.js';

/** Null where the file holds no such bytes. */
export function codeAt(elf: Elf, address: number, size: number): Uint8Array | null {
	const offset = findOffset(elf.segments, address, size);
	return offset === null ? null : elf.bytes.slice(offset, size, 'function');
}

export function isWithin({address, size}: {readonly address: number; readonly size: number}, at: number): boolean {
	return at >= address && at < address + size;
}

/** A landing pad, then one byte less than two long jumps, then the longest instruction; and some padding. */
const longestHead = 40;

/** Errors: Refusal where the address is not in the interpreter's code. */
export function head(elf: Elf, address: number): Uint8Array {
	const segment = elf.segments.find(
		({type, executable, address: low, fileSize}) =>
			type === 'load' && executable && address >= low && address < low + fileSize,
	);
	if (segment === undefined) throw new Refusal('it does not lie in the code of the file');
	const size = Math.min(longestHead, segment.address + segment.fileSize - address);
	const offset = findOffset(elf.segments, address, size);
	if (offset === null) throw new ElfError('A function is not in the file', address);
	return elf.bytes.slice(offset, size, 'function');
}
