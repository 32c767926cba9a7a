/** This file reads where functions begin from the unwinder's table, which a stripped object still has. */

import type {Elf} from './elf.js';
import {findOffset} from './segments.js';

/** Of the segment that holds the table. */
const frameHeaderType = 0x6474_e550;

/** The one shape of the table that linkers write: 4-byte distances from the table, sorted. */
const shape = {version: 1, count: 0x03, table: 0x3b};

/** Sorted; a function split into parts has one per part. Empty where there is no such table. */
export function frameStarts({bytes, header}: Elf, segments: Elf['segments']): readonly number[] {
	const {offset, count, entrySize} = header.segments;
	for (let index = 0; index < count; index += 1) {
		const at = offset + index * entrySize;
		if (bytes.u32(at) !== frameHeaderType) continue;
		const address = bytes.word(at + (bytes.format.wide ? 16 : 8));
		const place = findOffset(segments, address, 12);
		if (place === null) return [];
		if (
			bytes.u8(place) !== shape.version ||
			bytes.u8(place + 2) !== shape.count ||
			bytes.u8(place + 3) !== shape.table
		) {
			return [];
		}
		const rows = bytes.u32(place + 8);
		if (findOffset(segments, address, 12 + rows * 8) === null) return [];
		return Array.from({length: rows}, (_, row) => address + bytes.i32(place + 12 + row * 8));
	}
	return [];
}
