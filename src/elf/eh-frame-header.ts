/**
 * This file reads where functions begin from `.eh_frame_hdr`, the unwinder's sorted table, which a stripped object still has:
 * the segment PT_GNU_EH_FRAME points to it.
 */

import {DW_EH_PE_datarel, DW_EH_PE_sdata4, DW_EH_PE_udata4} from './abi.js';
import type {Elf} from './elf.js';
import {findOffset} from './segments.js';

/** `version` and three encodings of a byte each, then the address of `.eh_frame`, then the number of rows. */
const fields = {version: 0, countEncoding: 2, tableEncoding: 3, count: 8, table: 12, rangeInEntry: 12} as const;

/** A function's start and the place of its unwind information, each a distance from the table. */
const rowSize = 8;

/**
 * Sorted; a function that is split into parts has one start per part. The encodings DW_EH_PE_udata4 of the count and
 * DW_EH_PE_datarel | DW_EH_PE_sdata4 of the rows are the only ones that linkers write: empty for any other, and where there
 * is no such segment.
 */
export function frameStarts(elf: Elf, segments: Elf['segments']): readonly number[] {
	return rowsOf(elf, segments).map(({start}) => start);
}

/** Where the last part ends; null where that is not told. Its range follows its start, in the encoding that linkers ask for. */
export function endOfFrames(elf: Elf): number | null {
	const last = rowsOf(elf, elf.segments).at(-1);
	const at = last === undefined ? null : findOffset(elf.segments, last.entry, fields.rangeInEntry + 4);
	return last === undefined || at === null ? null : last.start + elf.bytes.u32(at + fields.rangeInEntry);
}

interface Row {
	readonly start: number;
	/** The address of its unwind information in `.eh_frame`. */
	readonly entry: number;
}

function rowsOf(elf: Elf, segments: Elf['segments']): readonly Row[] {
	const known = found.get(segments);
	if (known !== undefined) return known;
	const rows = readRows(elf, segments);
	found.set(segments, rows);
	return rows;
}

/** Read once for each object. */
const found = new WeakMap<Elf['segments'], readonly Row[]>();

function readRows({bytes}: Elf, segments: Elf['segments']): readonly Row[] {
	const segment = segments.find(({type}) => type === 'eh-frame-header');
	if (segment === undefined) return [];
	const {address} = segment;
	const at = findOffset(segments, address, fields.table);
	if (at === null || bytes.u8(at + fields.version) !== 1) return [];
	if (bytes.u8(at + fields.countEncoding) !== DW_EH_PE_udata4) return [];
	if (bytes.u8(at + fields.tableEncoding) !== (DW_EH_PE_datarel | DW_EH_PE_sdata4)) return [];
	const rows = bytes.u32(at + fields.count);
	if (findOffset(segments, address, fields.table + rows * rowSize) === null) return [];
	return Array.from({length: rows}, (_, row) => {
		const place = at + fields.table + row * rowSize;
		return {start: address + bytes.i32(place), entry: address + bytes.i32(place + 4)};
	});
}
