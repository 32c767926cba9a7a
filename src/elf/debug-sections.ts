/** This file tells which parts of an object need not be read: debug information, most of the file where it is present. */

import {SHT_PROGBITS} from './abi.js';
import {readHeader} from './header.js';
import {readRawSection} from './sections.js';

export interface FileSpan {
	readonly offset: number;
	readonly size: number;
}

/**
 * The large sections that are neither loaded nor symbols nor strings; sorted, without overlaps. `fetch` is called to have
 * the file's bytes between two offsets put into `all`. Errors: ElfError for what is no ELF object.
 */
export function skippableSpans(all: Uint8Array, fetch: (from: number, to: number) => void): readonly FileSpan[] {
	fetch(0, Math.min(headerSize, all.length));
	const {bytes, header: first} = readHeader(all);
	const {offset: tableAt} = first.sections;
	if (tableAt === 0 || tableAt > all.length) return [];
	// Where there are more sections than a half word counts, section 0 tells how many, so the header is read anew.
	fetch(tableAt, Math.min(all.length, tableAt + largestEntry));
	const {sections} = readHeader(all).header;
	fetch(sections.offset, sections.offset + sections.count * sections.entrySize);
	const spans: FileSpan[] = [];
	let end = 0;
	const raw = Array.from({length: sections.count}, (_, index) =>
		readRawSection(bytes, sections.offset + index * sections.entrySize),
	);
	for (const {type, allocated, offset, size} of raw.toSorted((left, right) => left.offset - right.offset)) {
		if (type !== SHT_PROGBITS || allocated || size < worthSkipping) continue;
		if (!(offset >= end && offset + size <= all.length)) return [];
		spans.push({offset, size});
		end = offset + size;
	}
	return spans;
}

const headerSize = 64;
const largestEntry = 64;
const worthSkipping = 1 << 16;
