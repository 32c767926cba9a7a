/** This file lists the sections of a generated shim, in the order in which they stand in the file. */

import {
	DF_BIND_NOW,
	DF_STATIC_TLS,
	DT_FLAGS,
	DT_GNU_HASH,
	DT_NULL,
	DT_RELA,
	DT_RELAENT,
	DT_RELASZ,
	DT_STRSZ,
	DT_STRTAB,
	DT_SYMENT,
	DT_SYMTAB,
	DT_VERDEF,
	DT_VERDEFNUM,
	DT_VERSYM,
	NT_GNU_PROPERTY_TYPE_0,
	PT_DYNAMIC,
	PT_GNU_EH_FRAME,
	PT_GNU_PROPERTY,
	PT_NOTE,
	SHF_ALLOC,
	SHF_EXECINSTR,
	SHF_WRITE,
	SHT_DYNAMIC,
	SHT_DYNSYM,
	SHT_GNU_HASH,
	SHT_GNU_VERDEF,
	SHT_GNU_VERSYM,
	SHT_NOBITS,
	SHT_NOTE,
	SHT_PROGBITS,
	SHT_RELA,
	SHT_STRTAB,
	VER_NDX_LOCAL,
} from '../elf/abi.js';
import {codeBytes} from './code.js';
import {FRAME_HEADER_SIZE, frameBytes, frameHeader} from './frames.js';
import type {ShimMachine} from './machines.js';
import type {NewSection, SectionPlaceOf} from './object.js';
import {Output, Strings} from './output.js';
import {RELA_SIZE, relocationBytes} from './relocations.js';
import {type ShimShape, WORD} from './shape.js';
import {arrangeSymbols, type ShimSymbol, SYMBOL_SIZE, symbolBytes} from './symbol-table.js';
import {symbolsOf} from './symbols.js';
import {defineVersions, type VersionTable} from './version-table.js';

export function sectionsOf(shape: ShimShape): readonly NewSection[] {
	const {slots, machine, layout, tables, got} = shape;
	const strings = new Strings();
	strings.add('');
	const versions = defineVersions(
		slots.map(({version}) => version),
		strings,
	);
	const {symbols, hash} = arrangeSymbols(symbolsOf(shape, versions));
	for (const {name} of symbols) strings.add(name);
	const relocations = slots.length + got.length;
	const codeSize = slots.length * layout.SWEEP_STEP;
	const frames = frameBytes(machine, 0, 0, 0).length;
	const dynamic = dynamicTags(strings, relocations * RELA_SIZE, versions);
	const read = SHF_ALLOC;
	const write = SHF_ALLOC | SHF_WRITE;
	const sections: readonly (NewSection | null)[] = [
		fixed('.note.gnu.property', SHT_NOTE, read, 8, propertyNote(machine), {segments: [PT_NOTE, PT_GNU_PROPERTY]}),
		fixed('.gnu.hash', SHT_GNU_HASH, read, 8, hash, {link: '.dynsym'}),
		{
			...{name: '.dynsym', type: SHT_DYNSYM, flags: read, align: 8, size: (symbols.length + 1) * SYMBOL_SIZE},
			...{entrySize: SYMBOL_SIZE, link: '.dynstr', info: 1, bytes: place => symbolBytes(symbols, strings, place)},
		},
		fixed('.dynstr', SHT_STRTAB, read, 1, strings.bytes),
		versions.definitions === null
			? null
			: fixed('.gnu.version', SHT_GNU_VERSYM, read, 2, versionBytes(symbols), {entrySize: 2, link: '.dynsym'}),
		versions.definitions === null
			? null
			: fixed('.gnu.version_d', SHT_GNU_VERDEF, read, 8, versions.definitions.bytes, {
					link: '.dynstr',
					info: versions.definitions.count,
				}),
		{
			...{name: '.rela.dyn', type: SHT_RELA, flags: read, align: 8, size: relocations * RELA_SIZE},
			...{entrySize: RELA_SIZE, link: '.dynsym', bytes: place => relocationBytes(shape, symbols, place)},
		},
		fixed('.rodata', SHT_PROGBITS, read, 4, tables.bytes),
		{
			...{name: '.eh_frame_hdr', type: SHT_PROGBITS, flags: read, align: 4, size: FRAME_HEADER_SIZE},
			segments: [PT_GNU_EH_FRAME],
			bytes: place => frameHeader(machine, ...addresses(place, ['.eh_frame_hdr', '.eh_frame', '.text'])),
		},
		{
			...{name: '.eh_frame', type: SHT_PROGBITS, flags: read, align: 8, size: frames},
			bytes: place => frameBytes(machine, place('.eh_frame').address, place('.text').address, codeSize),
		},
		{
			...{name: '.text', type: SHT_PROGBITS, flags: read | SHF_EXECINSTR, align: layout.SWEEP_STEP, size: codeSize},
			bytes: place => codeBytes(shape, place),
		},
		{
			...{name: '.dynamic', type: SHT_DYNAMIC, flags: write, align: 8, size: dynamic.length * 2 * WORD},
			...{entrySize: 2 * WORD, link: '.dynstr', segments: [PT_DYNAMIC]},
			bytes: place => {
				const out = new Output(dynamic.length * 2 * WORD);
				for (const [tag, value] of dynamic) out.double(tag, typeof value === 'string' ? place(value).address : value);
				return out.bytes;
			},
		},
		fixed('.got', SHT_PROGBITS, write, 8, Buffer.alloc(got.length * WORD), {entrySize: WORD}),
		// Behind where each function goes on: the interpreter's range, empty until the runtime knows it.
		fixed('.data', SHT_PROGBITS, write, 64, Buffer.alloc((slots.length + 2) * WORD)),
		{
			...{name: '.bss', type: SHT_NOBITS, flags: write, align: layout.LEDGER_HEADER, bytes: null},
			size: layout.LEDGER_HEADER + layout.SWEEP_ROWS * slots.length * layout.LEDGER_ROW_SIZE,
		},
	];
	return sections.filter(section => section !== null);
}

function fixed(
	name: string,
	type: number,
	flags: number,
	align: number,
	bytes: Buffer,
	more: Partial<NewSection> = {},
): NewSection {
	return {name, type, flags, align, size: bytes.length, bytes: () => bytes, ...more};
}

function addresses(place: SectionPlaceOf, [first, second, third]: readonly [string, string, string]) {
	return [place(first).address, place(second).address, place(third).address] as const;
}

function propertyNote({property: [kind, bits]}: ShimMachine): Buffer {
	const out = new Output(32).word(4, 16, NT_GNU_PROPERTY_TYPE_0).put(Buffer.from('GNU\0'));
	return out.word(kind, 4, bits, 0).bytes;
}

function versionBytes(symbols: readonly ShimSymbol[]): Buffer {
	return new Output((symbols.length + 1) * 2).half(VER_NDX_LOCAL, ...symbols.map(({version}) => version)).bytes;
}

/** A name stands for the section's address. */
function dynamicTags(
	strings: Strings,
	relocations: number,
	{definitions}: VersionTable,
): readonly [number, number | string][] {
	return [
		[DT_GNU_HASH, '.gnu.hash'],
		[DT_STRTAB, '.dynstr'],
		[DT_SYMTAB, '.dynsym'],
		[DT_STRSZ, strings.bytes.length],
		[DT_SYMENT, SYMBOL_SIZE],
		[DT_RELA, '.rela.dyn'],
		[DT_RELASZ, relocations],
		[DT_RELAENT, RELA_SIZE],
		[DT_FLAGS, DF_BIND_NOW | DF_STATIC_TLS],
		...(definitions === null
			? []
			: ([
					[DT_VERSYM, '.gnu.version'],
					[DT_VERDEF, '.gnu.version_d'],
					[DT_VERDEFNUM, definitions.count],
				] as [number, number | string][])),
		[DT_NULL, 0],
	];
}
