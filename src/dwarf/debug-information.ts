/** This file opens the debug information of one file: its sections, and what they share. */

import {Bytes} from '../elf/bytes.js';
import {type Abbreviations, abbreviationTables} from './abbreviations.js';
import {Cursor} from './cursor.js';
import type {Value} from './forms.js';
import {type Sectioned, sectionBytes} from './sections.js';
import type {Unit} from './unit.js';

export interface DebugInformation {
	readonly information: Bytes;
	abbreviationsOf(unit: Unit): Abbreviations;
	/** The content of a section; null where the file has none of that name. */
	section(name: string): Bytes | null;
	/** What dwz moved to a file that several others share; null where there is none, or it was not found. */
	readonly shared: DebugInformation | null;
}

/** What of a unit's first entry the others' values are counted from. */
export interface Bases {
	readonly stringOffsets: number;
	readonly addresses: number;
	readonly rangeLists: number;
	/** What the addresses of range lists are counted from. */
	readonly low: number;
}

/** Null where the file has no debug information. Errors: ElfError where a section cannot be had. */
export function openDebugInformation(elf: Sectioned, shared: DebugInformation | null = null): DebugInformation | null {
	const known = opened.get(elf.bytes.all);
	const content = known === undefined ? contentOf(elf) : known;
	opened.set(elf.bytes.all, content);
	return content === null ? null : {...content, shared};
}

type Content = Omit<DebugInformation, 'shared'>;

/** By the bytes of the file: what a check asks of it first is of one part of it, and what it asks then of another. To inflate takes long. */
const opened = new WeakMap<Uint8Array, Content | null>();

function contentOf(elf: Sectioned): Content | null {
	const sections = new Map<string, Bytes | null>();
	const section = (name: string) => {
		const known = sections.get(name);
		if (known !== undefined) return known;
		const content = sectionBytes(elf, name);
		const bytes = content === null ? null : new Bytes(content, elf.bytes.format);
		sections.set(name, bytes);
		return bytes;
	};
	const [information, abbreviations] = [section('.debug_info'), section('.debug_abbrev')];
	if (information === null || abbreviations === null) return null;
	return {information, abbreviationsOf: abbreviationTables(abbreviations), section};
}

/** Null for a value that is no text, and where the section that has the text is not there. Errors: ElfError for one outside of it. */
export function textOf(
	value: Value,
	information: DebugInformation,
	{offsetSize}: Pick<Unit, 'offsetSize'>,
	bases: Pick<Bases, 'stringOffsets'>,
): string | null {
	const at = (file: DebugInformation | null, name: string, offset: number) => {
		const bytes = file?.section(name) ?? null;
		return bytes === null ? null : new Cursor(bytes, offset).string();
	};
	switch (value.kind) {
		case 'text':
			return value.text;
		case 'string':
			return at(information, '.debug_str', value.offset);
		case 'line-string':
			return at(information, '.debug_line_str', value.offset);
		case 'shared-string':
			return at(information.shared, '.debug_str', value.offset);
		case 'string-index': {
			const offsets = information.section('.debug_str_offsets');
			if (offsets === null) return null;
			const cursor = new Cursor(offsets, bases.stringOffsets + value.index * offsetSize);
			return at(information, '.debug_str', cursor.unsigned(offsetSize));
		}
		case 'address':
		case 'address-index':
		case 'reference':
		case 'shared-reference':
		case 'offset':
		case 'list-index':
		case 'number':
		case 'other':
			return null;
	}
}

/** Null for a value that is no address. Errors: ElfError for one outside of its section. */
export function addressOf(
	value: Value,
	information: DebugInformation,
	{addressSize}: Pick<Unit, 'addressSize'>,
	bases: Pick<Bases, 'addresses'>,
): number | null {
	if (value.kind === 'address') return value.address;
	if (value.kind !== 'address-index') return null;
	return indexedAddress(value.index, information, addressSize, bases.addresses);
}

/** Errors: ElfError where the index is outside of .debug_addr. */
export function indexedAddress(
	index: number,
	information: DebugInformation,
	size: number,
	base: number,
): number | null {
	const addresses = information.section('.debug_addr');
	return addresses === null ? null : new Cursor(addresses, base + index * size).address(size);
}
