/** This file reads the segment table, and translates the addresses of a loaded object into offsets in its file. */

import {ElfError} from '../errors.js';
import {PF_X, PT_DYNAMIC, PT_GNU_EH_FRAME, PT_GNU_RELRO, PT_INTERP, PT_LOAD, PT_NOTE} from './abi.js';
import type {Bytes} from './bytes.js';
import type {Header} from './header.js';

export interface Segment {
	readonly type: 'load' | 'dynamic' | 'interpreter' | 'note' | 'eh-frame-header' | 'relro' | 'other';
	readonly offset: number;
	readonly address: number;
	readonly fileSize: number;
	readonly memorySize: number;
	readonly align: number;
	readonly executable: boolean;
}

export function readSegments(bytes: Bytes, header: Header): readonly Segment[] {
	const {offset, count, entrySize} = header.segments;
	return Array.from({length: count}, (_, index) => {
		const segment = (bytes.format.is64 ? readElf64 : readElf32)(bytes, offset + index * entrySize);
		if (!unread.has(segment.type)) bytes.need(segment.offset, segment.fileSize, `${segment.type} segment`);
		return segment;
	});
}

/** .eh_frame_hdr is for the unwinder, and what is to be protected is named by address alone: an object that lies about them can be read all the same. */
const unread: ReadonlySet<Segment['type']> = new Set(['eh-frame-header', 'relro', 'other']);

/** The file offset of `size` bytes at an address. Errors: ElfError where the file does not hold them all. */
export function offsetOf(segments: readonly Segment[], address: number, size: number, what: string): number {
	const offset = findOffset(segments, address, size);
	if (offset === null) throw new ElfError(`The ${what} at address 0x${address.toString(16)} is not in the file`, 0);
	return offset;
}

/** Null where the file does not hold all of the bytes. */
export function findOffset(segments: readonly Segment[], address: number, size: number): number | null {
	for (const segment of segments) {
		if (segment.type !== 'load') continue;
		const into = address - segment.address;
		if (into >= 0 && into + size <= segment.fileSize) return segment.offset + into;
	}
	return null;
}

const types: Readonly<Record<number, Segment['type']>> = {
	[PT_LOAD]: 'load',
	[PT_DYNAMIC]: 'dynamic',
	[PT_INTERP]: 'interpreter',
	[PT_NOTE]: 'note',
	[PT_GNU_EH_FRAME]: 'eh-frame-header',
	[PT_GNU_RELRO]: 'relro',
};

function readElf64(bytes: Bytes, at: number): Segment {
	return {
		type: types[bytes.u32(at)] ?? 'other',
		offset: bytes.word(at + 8),
		address: bytes.word(at + 16),
		fileSize: bytes.word(at + 32),
		memorySize: bytes.word(at + 40),
		align: bytes.word(at + 48),
		executable: (bytes.u32(at + 4) & PF_X) !== 0,
	};
}

function readElf32(bytes: Bytes, at: number): Segment {
	return {
		type: types[bytes.u32(at)] ?? 'other',
		offset: bytes.word(at + 4),
		address: bytes.word(at + 8),
		fileSize: bytes.word(at + 16),
		memorySize: bytes.word(at + 20),
		align: bytes.word(at + 28),
		executable: (bytes.u32(at + 24) & PF_X) !== 0,
	};
}
