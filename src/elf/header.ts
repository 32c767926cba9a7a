/** This file reads the ELF header: what machine the object is for, and where its tables are. */

import {ElfError} from '../errors.js';
import {
	ELFCLASS32,
	ELFCLASS64,
	ELFDATA2LSB,
	ELFDATA2MSB,
	ET_DYN,
	ET_EXEC,
	ET_REL,
	EV_CURRENT,
	PN_XNUM,
	SHN_XINDEX,
} from './abi.js';
import {Bytes, type Format} from './bytes.js';

export interface Header {
	readonly format: Format;
	/** As `uname -m` names it: `x86_64`, `aarch64`, …; `em-NUMBER` where we know no name. */
	readonly machine: string;
	/** ET_REL, ET_EXEC, or ET_DYN: a library or a position-independent executable. */
	readonly type: 'relocatable' | 'executable' | 'shared' | 'other';
	readonly entry: number;
	readonly segments: Table;
	readonly sections: Table;
	/** Index of the section that holds the sections' names; 0 where there is none. */
	readonly sectionNames: number;
}

/** Where a table lies in the file. */
export interface Table {
	readonly offset: number;
	readonly count: number;
	readonly entrySize: number;
}

/** Errors: ElfError where the bytes are no ELF object or a table lies outside the file. */
export function readHeader(all: Uint8Array): {readonly bytes: Bytes; readonly header: Header} {
	const bytes = new Bytes(all, readFormat(all));
	const {is64} = bytes.format;
	const at = is64 ? elf64Fields : elf32Fields;
	bytes.need(0, is64 ? 64 : 52, 'ELF header');
	const header: Header = {
		format: bytes.format,
		machine: machineOf(bytes),
		type: types[bytes.u16(16)] ?? 'other',
		entry: bytes.word(24),
		...tables(bytes, at),
	};
	return {bytes, header};
}

const elf64Fields = {
	segments: 32,
	sections: 40,
	sizes: 54,
	segmentSize: 56,
	sectionSize: 64,
	size: 32,
	link: 40,
	info: 44,
};
const elf32Fields = {
	segments: 28,
	sections: 32,
	sizes: 42,
	segmentSize: 32,
	sectionSize: 40,
	size: 20,
	link: 24,
	info: 28,
};

const types: Readonly<Record<number, Header['type']>> = {
	[ET_REL]: 'relocatable',
	[ET_EXEC]: 'executable',
	[ET_DYN]: 'shared',
};

function machineOf(bytes: Bytes): string {
	const number = bytes.u16(18);
	const name = machines[number] ?? `em-${number}`;
	return name === 'ppc64' && bytes.format.littleEndian ? 'ppc64le' : name;
}

/** By EM_ number. */
const machines: Readonly<Record<number, string>> = {
	2: 'sparc', // EM_SPARC
	3: 'i386', // EM_386
	8: 'mips', // EM_MIPS
	20: 'ppc', // EM_PPC
	21: 'ppc64', // EM_PPC64
	22: 's390x', // EM_S390
	40: 'arm', // EM_ARM
	43: 'sparc64', // EM_SPARCV9
	62: 'x86_64', // EM_X86_64
	183: 'aarch64', // EM_AARCH64
	243: 'riscv64', // EM_RISCV
	258: 'loongarch64', // EM_LOONGARCH
};

export function readFormat(all: Uint8Array): Format {
	if (all.length < 16 || all[0] !== 0x7f || all[1] !== 0x45 || all[2] !== 0x4c || all[3] !== 0x46) {
		throw new ElfError('This is not an ELF file', 0, {hint: 'Give a shared library or an executable.'});
	}
	const [fileClass, data, version] = [all[4], all[5], all[6]];
	if (fileClass !== ELFCLASS32 && fileClass !== ELFCLASS64) throw new ElfError(`There is no ELF class ${fileClass}`, 4);
	if (data !== ELFDATA2LSB && data !== ELFDATA2MSB) throw new ElfError(`There is no ELF byte order ${data}`, 5);
	if (version !== EV_CURRENT) throw new ElfError(`There is no ELF version ${version}`, 6);
	return {is64: fileClass === ELFCLASS64, littleEndian: data === ELFDATA2LSB};
}

/** A count that does not fit its half word stands in section 0 instead: PN_XNUM, SHN_XINDEX, or a count of no sections. */
function tables(bytes: Bytes, at: typeof elf64Fields): Pick<Header, 'segments' | 'sections' | 'sectionNames'> {
	const [segmentSize, segmentCount, sectionSize, sectionCount, names] = [0, 2, 4, 6, 8].map(more =>
		bytes.u16(at.sizes + more),
	) as [number, number, number, number, number];
	const sectionsAt = bytes.word(at.sections);
	const zero = sectionsAt !== 0 && (sectionCount === 0 || segmentCount === PN_XNUM || names === SHN_XINDEX);
	if (zero) bytes.need(sectionsAt, at.sectionSize, 'section table');
	const segments = {
		offset: bytes.word(at.segments),
		count: segmentCount === PN_XNUM && zero ? bytes.u32(sectionsAt + at.info) : segmentCount,
		entrySize: segmentSize,
	};
	const sections = {
		offset: sectionsAt,
		count: sectionCount === 0 && zero ? bytes.word(sectionsAt + at.size) : sectionsAt === 0 ? 0 : sectionCount,
		entrySize: sectionSize,
	};
	checkTable(bytes, segments, at.segmentSize, 'segment table');
	checkTable(bytes, sections, at.sectionSize, 'section table');
	return {segments, sections, sectionNames: names === SHN_XINDEX && zero ? bytes.u32(sectionsAt + at.link) : names};
}

function checkTable(bytes: Bytes, table: Table, entrySize: number, what: string): void {
	if (table.count === 0) return;
	if (table.entrySize !== entrySize) {
		throw new ElfError(`The ${what} has entries of ${table.entrySize} bytes, not ${entrySize}`, table.offset);
	}
	bytes.need(table.offset, table.count * table.entrySize, what);
}
