/** This file reads the segment table, and translates the addresses of a loaded object into offsets in its file. */

import {ElfError} from '../errors.js';
import type {Bytes} from './bytes.js';
import type {Header} from './header.js';

export interface Segment {
	readonly type: 'load' | 'dynamic' | 'interpreter' | 'note' | 'other';
	readonly offset: number;
	readonly address: number;
	readonly fileSize: number;
	readonly memorySize: number;
	readonly align: number;
	readonly writable: boolean;
	readonly executable: boolean;
}

export function readSegments(bytes: Bytes, header: Header): readonly Segment[] {
	const {offset, count, entrySize} = header.segments;
	return Array.from({length: count}, (_, index) => {
		const segment = (bytes.format.wide ? readWide : readNarrow)(bytes, offset + index * entrySize);
		if (segment.type !== 'other') bytes.need(segment.offset, segment.fileSize, `${segment.type} segment`);
		return segment;
	});
}

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

const types: Readonly<Record<number, Segment['type']>> = {1: 'load', 2: 'dynamic', 3: 'interpreter', 4: 'note'};

function readWide(bytes: Bytes, at: number): Segment {
	return {
		type: types[bytes.u32(at)] ?? 'other',
		offset: bytes.word(at + 8),
		address: bytes.word(at + 16),
		fileSize: bytes.word(at + 32),
		memorySize: bytes.word(at + 40),
		align: bytes.word(at + 48),
		...permissions(bytes.u32(at + 4)),
	};
}

function readNarrow(bytes: Bytes, at: number): Segment {
	return {
		type: types[bytes.u32(at)] ?? 'other',
		offset: bytes.word(at + 4),
		address: bytes.word(at + 8),
		fileSize: bytes.word(at + 16),
		memorySize: bytes.word(at + 20),
		align: bytes.word(at + 28),
		...permissions(bytes.u32(at + 24)),
	};
}

function permissions(flags: number): Pick<Segment, 'writable' | 'executable'> {
	return {writable: (flags & 2) !== 0, executable: (flags & 1) !== 0};
}
