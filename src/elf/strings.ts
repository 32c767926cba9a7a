/** This file reads names out of a string table. */

import {ElfError} from '../errors.js';

/** Errors: ElfError for an offset outside the table, a name without an end, or names that overlap without measure. */
export type ReadString = (offset: number) => string;

export function stringTable(table: Uint8Array, fileOffset: number): ReadString {
	const buffer = Buffer.from(table.buffer, table.byteOffset, table.byteLength);
	const known = new Map<number, string>();
	// A linker shares the tails of names; a table that is handed out many times over is forged to exhaust memory.
	let left = 16 * table.length + 65536;
	return offset => {
		const seen = known.get(offset);
		if (seen !== undefined) return seen;
		if (!(offset >= 0 && offset < table.length)) {
			throw new ElfError('A name lies outside its string table', fileOffset + offset);
		}
		const end = table.indexOf(0, offset);
		if (end < 0) throw new ElfError('A name has no end', fileOffset + offset);
		left -= end - offset;
		if (left < 0) throw new ElfError('The names overlap too much to be real', fileOffset + offset);
		const text = buffer.toString('utf8', offset, end);
		known.set(offset, text);
		return text;
	};
}
