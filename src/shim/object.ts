/** This file writes an ELF shared object from its sections: it gives them addresses, and puts headers before and behind them. */

import {
	ELFCLASS64,
	ELFDATA2LSB,
	ELFOSABI_NONE,
	ET_DYN,
	EV_CURRENT,
	PF_R,
	PF_W,
	PF_X,
	PT_GNU_STACK,
	PT_LOAD,
	SHF_EXECINSTR,
	SHF_WRITE,
	SHT_NOBITS,
	SHT_STRTAB,
} from '../elf/abi.js';
import {aligned, Output, Strings} from './output.js';

export interface NewSection {
	readonly name: string;
	/** One of SHT_. */
	readonly type: number;
	/** Of SHF_. */
	readonly flags: number;
	readonly align: number;
	readonly size: number;
	readonly entrySize?: number;
	/** The section that sh_link names. */
	readonly link?: string;
	readonly info?: number;
	/** The segment of a kind of its own (PT_DYNAMIC, …) that holds the section. */
	readonly segments?: readonly number[];
	/** Called when every section has its place; null where it takes no place in the file (SHT_NOBITS). */
	bytes: ((place: SectionPlaceOf) => Buffer) | null;
}

/** Where a section lies. */
export interface SectionPlace {
	readonly index: number;
	readonly address: number;
}
export type SectionPlaceOf = (name: string) => SectionPlace;

const HEADER_SIZE = 64;
const SEGMENT_SIZE = 56;
const SECTION_SIZE = 64;

/** Addresses are places in the file, for every segment begins a page of its own. Sections come with what is written last. */
export function writeObject(machine: number, page: number, sections: readonly NewSection[]): Buffer {
	const special = sections.flatMap(section => (section.segments ?? []).map(type => ({type, section})));
	const loads = loadsOf(sections);
	const segments = loads.length + special.length + 1;
	const addresses = layOut(sections, page, HEADER_SIZE + segments * SEGMENT_SIZE);
	const place = placing(sections, addresses);
	const names = new Strings();
	names.add('');
	const nameOffsets = [...sections.map(({name}) => names.add(name)), names.add('.shstrtab')];
	const end = Math.max(...sections.map((section, index) => (addresses[index] ?? 0) + fileSize(section)));
	const table = aligned(end + names.bytes.length, 8);

	const out = Buffer.alloc(table + (sections.length + 2) * SECTION_SIZE);
	fileHeader(out, machine, segments, table, sections.length + 2);
	const headers = new Output(segments * SEGMENT_SIZE);
	for (const group of loads) loadHeader(headers, group, place, page);
	for (const {type, section} of special)
		segmentHeader(headers, type, permissions(section), place(section.name), section);
	headers.word(PT_GNU_STACK, PF_R | PF_W).double(0, 0, 0, 0, 0, 16);
	out.set(headers.bytes, HEADER_SIZE);
	sections.forEach((section, index) => {
		if (section.bytes !== null) out.set(section.bytes(place), addresses[index]);
	});
	out.set(names.bytes, end);
	const rows = new Output((sections.length + 2) * SECTION_SIZE).put(new Uint8Array(SECTION_SIZE));
	sections.forEach((section, index) => {
		sectionHeader(rows, nameOffsets[index] ?? 0, section, addresses[index] ?? 0, place);
	});
	rows
		.word(nameOffsets.at(-1) ?? 0, SHT_STRTAB)
		.double(0, 0, end, names.bytes.length)
		.word(0, 0)
		.double(1, 0);
	out.set(rows.bytes, table);
	return out;
}

/** What the loader maps together: sections that follow each other and have the same permissions. */
function loadsOf(sections: readonly NewSection[]): readonly (readonly NewSection[])[] {
	const loads: NewSection[][] = [];
	for (const section of sections) {
		const last = loads.at(-1);
		if (last?.[0] !== undefined && permissions(last[0]) === permissions(section)) last.push(section);
		else loads.push([section]);
	}
	return loads;
}

function permissions({flags}: NewSection): number {
	return PF_R | ((flags & SHF_WRITE) === 0 ? 0 : PF_W) | ((flags & SHF_EXECINSTR) === 0 ? 0 : PF_X);
}

function layOut(sections: readonly NewSection[], page: number, first: number): readonly number[] {
	let at = first;
	let before: NewSection | undefined;
	return sections.map(section => {
		const newPage = before !== undefined && permissions(before) !== permissions(section);
		const address = aligned(at, newPage ? page : section.align);
		before = section;
		at = address + section.size;
		return address;
	});
}

function placing(sections: readonly NewSection[], addresses: readonly number[]): SectionPlaceOf {
	const places = new Map(sections.map(({name}, index) => [name, {index: index + 1, address: addresses[index] ?? 0}]));
	return name => places.get(name) ?? {index: 0, address: 0};
}

function fileSize({type, size}: NewSection): number {
	return type === SHT_NOBITS ? 0 : size;
}

function fileHeader(out: Buffer, machine: number, segments: number, table: number, sections: number): void {
	const header = new Output(HEADER_SIZE);
	header.put(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, ELFCLASS64, ELFDATA2LSB, EV_CURRENT, ELFOSABI_NONE)).double(0);
	header.half(ET_DYN, machine).word(EV_CURRENT).double(0, HEADER_SIZE, table).word(0);
	header.half(HEADER_SIZE, SEGMENT_SIZE, segments, SECTION_SIZE, sections, sections - 1);
	out.set(header.bytes, 0);
}

/** The first one begins with the ELF header. */
function loadHeader(out: Output, group: readonly NewSection[], place: SectionPlaceOf, page: number): void {
	const [first, last] = [group[0], group.at(-1)];
	if (first === undefined || last === undefined) return;
	const firstIndex = place(first.name).index;
	const start = firstIndex === 1 ? 0 : place(first.name).address;
	const inMemory = place(last.name).address + last.size - start;
	const inFile = Math.max(...group.map(section => place(section.name).address + fileSize(section))) - start;
	out.word(PT_LOAD, permissions(first)).double(start, start, start, Math.min(inFile, inMemory), inMemory, page);
}

function segmentHeader(
	out: Output,
	type: number,
	flags: number,
	{address}: SectionPlace,
	{size, align}: NewSection,
): void {
	out.word(type, flags).double(address, address, address, size, size, align);
}

function sectionHeader(out: Output, name: number, section: NewSection, address: number, place: SectionPlaceOf): void {
	const {type, flags, size, align, link, info = 0, entrySize = 0} = section;
	out.word(name, type).double(flags, address, address, size);
	out.word(link === undefined ? 0 : place(link).index, info).double(align, entrySize);
}
