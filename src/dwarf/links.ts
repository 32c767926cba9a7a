/** This file reads where an object says that its debug information is: in a file of its own, or in one that several share. */

import {Bytes} from '../elf/bytes.js';
import {readNotes} from '../elf/notes.js';
import {Cursor} from './cursor.js';
import {type Sectioned, sectionBytes} from './sections.js';

/** The file that `objcopy --add-gnu-debuglink` names. */
export interface DebugLink {
	/** Without a folder. */
	readonly name: string;
	/** Of all its bytes. */
	readonly crc32: number;
}

/** The file that dwz moved to what several files have in common. */
export interface SharedLink {
	/** Absolute, or from the folder of the file that names it. */
	readonly path: string;
	/** In lower-case hexadecimal digits; empty where it is not told. */
	readonly buildId: string;
}

/** Null where there is no such section. Errors: ElfError where it is cut off. */
export function debugLinkOf(elf: Sectioned): DebugLink | null {
	const content = sectionBytes(elf, '.gnu_debuglink');
	if (content === null) return null;
	const cursor = new Cursor(new Bytes(content, elf.bytes.format), 0);
	const name = cursor.string();
	cursor.at = Math.ceil(cursor.at / 4) * 4;
	return {name, crc32: cursor.unsigned(4)};
}

/** Null where there is no such section, .gnu_debugaltlink or DWARF 5's .debug_sup. Errors: ElfError where it is cut off. */
export function sharedLinkOf(elf: Sectioned): SharedLink | null {
	const content = sectionBytes(elf, '.gnu_debugaltlink');
	if (content !== null) {
		const cursor = new Cursor(new Bytes(content, elf.bytes.format), 0);
		return {path: cursor.string(), buildId: Buffer.from(content.subarray(cursor.at)).toString('hex')};
	}
	const supplement = sectionBytes(elf, '.debug_sup');
	if (supplement === null) return null;
	const cursor = new Cursor(new Bytes(supplement, elf.bytes.format), 2);
	const isShared = cursor.u8() !== 0;
	if (isShared) return null;
	const path = cursor.string();
	const size = cursor.uleb();
	const checksum = cursor.bytes.slice(cursor.at, size, 'checksum of a shared file');
	return {path, buildId: Buffer.from(checksum).toString('hex')};
}

/** By its section: in a file of debug information the segments speak of content that was taken out. Null where there is none. */
export function buildIdOf({bytes, sections}: Sectioned): string | null {
	const section = sections.find(({name}) => name === '.note.gnu.build-id');
	if (section === undefined) return null;
	const [note] = readNotes(bytes, section.offset, section.size, 4);
	return note === undefined ? null : Buffer.from(note.description).toString('hex');
}
