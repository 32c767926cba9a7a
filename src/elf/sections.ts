/** This file reads the section table, which a loaded object does not need and a stripped one may lack. */

import {ElfError} from '../errors.js';
import {SHF_ALLOC, SHF_COMPRESSED, SHF_EXECINSTR, SHT_NOBITS, SHT_NULL} from './abi.js';
import type {Bytes} from './bytes.js';
import type {Header} from './header.js';
import {stringTable} from './strings.js';

export interface Section {
	readonly name: string;
	/** One of SHT_. */
	readonly type: number;
	readonly address: number;
	readonly offset: number;
	readonly size: number;
	readonly link: number;
	readonly entrySize: number;
	readonly allocated: boolean;
	readonly executable: boolean;
	readonly compressed: boolean;
}

/** Empty where the object has no section table. Errors: ElfError for a section outside the file. */
export function readSections(bytes: Bytes, header: Header): readonly Section[] {
	const {offset, count, entrySize} = header.sections;
	if (count === 0) return [];
	const raw = Array.from({length: count}, (_, index) => readRawSection(bytes, offset + index * entrySize));
	const names = raw[header.sectionNames];
	if (names === undefined) throw new ElfError(`There is no section ${header.sectionNames} of names`, offset);
	const nameAt =
		header.sectionNames === 0
			? () => ''
			: stringTable(bytes.slice(names.offset, names.size, 'table of section names'), names.offset);
	return raw.map(({nameOffset, ...section}) => {
		if (section.type !== SHT_NOBITS && section.type !== SHT_NULL) {
			bytes.need(section.offset, section.size, 'section');
		}
		return {name: nameAt(nameOffset), ...section};
	});
}

export function readRawSection(bytes: Bytes, at: number): Omit<Section, 'name'> & {readonly nameOffset: number} {
	const step = bytes.format.is64 ? 8 : 4;
	const word = (index: number) => bytes.word(at + 8 + index * step);
	const flags = bytes.format.is64 ? bytes.low(at + 8) : bytes.u32(at + 8);
	const after = at + 8 + 4 * step;
	return {
		nameOffset: bytes.u32(at),
		type: bytes.u32(at + 4),
		address: word(1),
		offset: word(2),
		size: word(3),
		link: bytes.u32(after),
		entrySize: bytes.word(after + 8 + step),
		allocated: (flags & SHF_ALLOC) !== 0,
		executable: (flags & SHF_EXECINSTR) !== 0,
		compressed: (flags & SHF_COMPRESSED) !== 0,
	};
}
