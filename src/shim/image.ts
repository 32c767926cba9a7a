/** This file makes a generated shim: a shared object with one trampoline for each function that a sweep overrides, and the tables of its runtime. */

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
	STT_FUNC,
	STT_NOTYPE,
	STT_OBJECT,
	STT_TLS,
	VER_NDX_GLOBAL,
	VER_NDX_LOCAL,
} from '../elf/abi.js';
import type {Elf} from '../elf/elf.js';
import {ElfError} from '../errors.js';
import {FRAME_HEADER_SIZE, frameBytes, frameHeader} from './frames.js';
import {type ShimMachine, shimMachines} from './machines.js';
import {type NewSection, type SectionPlaceOf, writeObject} from './object.js';
import {Output, Strings, viewOf} from './output.js';
import {arrangeSymbols, type ShimSymbol, SYMBOL_SIZE, symbolBytes} from './symbol-table.js';
import {readTrampolines, type Trampolines} from './trampoline.js';
import {defineVersions, type VersionTable} from './version-table.js';

export interface ShimFunction {
	readonly name: string;
	readonly version: string | null;
	/** An older version, which links to the name alone do not get. */
	readonly hidden: boolean;
	/** Whether the interpreter itself names it: the trampoline then counts the interpreter's calls by itself. */
	readonly named: boolean;
	/**
	 * Whether it is libc's, and stands behind all of the interpreter's. The return address alone tells no caller then: the interpreter may
	 * have called another function of libc's, which jumped to this one.
	 */
	readonly ofLibc?: boolean;
}

/** Of native/layout.h: the ledger's header, a row, the rows of a function, and the distance from one trampoline to the next. */
export interface ShimLayout {
	readonly LEDGER_HEADER: number;
	readonly LEDGER_ROW_SIZE: number;
	readonly SWEEP_ROWS: number;
	readonly SWEEP_STEP: number;
}

/** Of which CPU's programs a template, the compiled native/sweep/trampoline-*.S, can make shims; `uname -m` names it. */
export function isShimMachine(machine: string): boolean {
	return shimMachines.has(machine);
}

/** Errors: ElfError where the template is not what our own build makes. */
export function shimImage(functions: readonly ShimFunction[], template: Elf, layout: ShimLayout): Buffer {
	const machine = shimMachines.get(template.machine);
	if (machine === undefined) throw new ElfError(`There are no trampolines for ${template.machine}`, 0);
	const slots: readonly ShimFunction[] = [...functions, canary];
	const trampolines = readTrampolines(template, machine);
	const shape: Shape = {
		slots,
		machine,
		layout,
		trampolines,
		tables: tablesOf(slots),
		got: gotOf(machine),
	};
	for (const {size} of Object.values(trampolines)) {
		if (size > layout.SWEEP_STEP) throw new ElfError(`A trampoline is longer than ${layout.SWEEP_STEP} bytes`, 0);
	}
	return writeObject(machine.number, machine.page, sectionsOf(shape));
}

const canary: ShimFunction = {name: 'pyinterpose_canary_sweep', version: null, hidden: false, named: true};

function kindOf({named, ofLibc}: ShimFunction): keyof Trampolines {
	return named && ofLibc !== true ? 'counting' : 'asking';
}

interface Shape {
	/** The functions, and the canary behind them. */
	readonly slots: readonly ShimFunction[];
	readonly machine: ShimMachine;
	readonly layout: ShimLayout;
	readonly trampolines: Trampolines;
	readonly tables: Tables;
	/** The symbols of sweep.so whose addresses the loader puts into the GOT, in its order. */
	readonly got: readonly GotSlot[];
}

/** What only the runtime reads: native/sweep/runtime.h says what each is. */
interface Tables {
	readonly bytes: Buffer;
	readonly namesAt: number;
	readonly interpreterNamesAt: number;
	readonly stringsAt: number;
}

function tablesOf(slots: readonly ShimFunction[]): Tables {
	const namesAt = 2 * 4;
	const interpreterNamesAt = namesAt + 4 * slots.length;
	const stringsAt = interpreterNamesAt + Math.ceil(slots.length / 8);
	const texts = slots.map(({name, version, hidden}) => `${name}\0${hidden ? version : ''}\0`);
	const strings = Buffer.from(texts.join(''));
	const own = slots.filter(({ofLibc}) => ofLibc !== true).length - 1;
	const out = new Output(stringsAt + strings.length).word(slots.length, own);
	let at = 0;
	for (const text of texts) {
		out.word(at);
		at += Buffer.byteLength(text);
	}
	const bits = Buffer.alloc(stringsAt - interpreterNamesAt);
	slots.forEach(({named}, slot) => {
		if (named) bits[slot >> 3] = (bits[slot >> 3] ?? 0) | (1 << (slot & 7));
	});
	out.put(bits).put(strings);
	return {bytes: out.bytes, namesAt, interpreterNamesAt, stringsAt};
}

interface GotSlot {
	readonly shared: 'slow_at' | 'resolve_at' | 'current_ledger_at' | 'main_ledger_offset';
	readonly symbol: string;
	/** One of STT_. */
	readonly type: number;
	readonly relocation: number;
}

function gotOf({relocations: {globalData}, threadOffset}: ShimMachine): readonly GotSlot[] {
	const address = {type: STT_NOTYPE, relocation: globalData};
	const slots: readonly GotSlot[] = [
		{shared: 'slow_at', symbol: 'pyinterpose_sweep_slow', ...address},
		{shared: 'resolve_at', symbol: 'pyinterpose_sweep_resolve', ...address},
		{shared: 'current_ledger_at', symbol: 'pyinterpose_sweep_current', ...address},
	];
	if (threadOffset === null) return slots;
	const mainLedger = {symbol: 'pyinterpose_sweep_main_ledger', type: STT_TLS, relocation: threadOffset};
	return [...slots, {shared: 'main_ledger_offset', ...mainLedger}];
}

const WORD = 8;
const RELA_SIZE = 3 * WORD;

function sectionsOf(shape: Shape): readonly NewSection[] {
	const {slots, machine, layout, tables, got} = shape;
	const strings = new Strings();
	strings.add('');
	const versions = defineVersions(
		slots.map(({version}) => version),
		strings,
	);
	const {symbols, hash} = arrangeSymbols([...imported(shape), ...overrides(shape, versions), ...shared(shape)]);
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

function imported({got}: Shape): readonly ShimSymbol[] {
	return got.map(({symbol: name, type}) => {
		return {name, type, section: null, offset: 0, size: 0, version: VER_NDX_GLOBAL};
	});
}

function overrides({slots, layout, trampolines}: Shape, versions: VersionTable): readonly ShimSymbol[] {
	return slots.map((slot, index) => {
		const {size} = trampolines[kindOf(slot)];
		const version = versions.entryOf(slot.version, slot.hidden);
		return {name: slot.name, type: STT_FUNC, section: '.text', offset: index * layout.SWEEP_STEP, size, version};
	});
}

/** What the runtime refers to. */
function shared({slots, layout, tables}: Shape): readonly ShimSymbol[] {
	const object = (name: string, section: string, offset: number, size = 0): ShimSymbol => {
		const type = size === 0 ? STT_NOTYPE : STT_OBJECT;
		return {name: `pyinterpose_sweep_${name}`, type, section, offset, size, version: VER_NDX_GLOBAL};
	};
	const {bytes, namesAt, interpreterNamesAt, stringsAt} = tables;
	const early = layout.LEDGER_HEADER + layout.SWEEP_ROWS * slots.length * layout.LEDGER_ROW_SIZE;
	return [
		// Not the ELF header: the loader takes a symbol of value 0 for one without a definition.
		object('image', '.note.gnu.property', 0),
		object('image_end', '.bss', early),
		object('slots', '.rodata', 0, 4),
		object('own', '.rodata', 4, 4),
		object('names', '.rodata', namesAt, interpreterNamesAt - namesAt),
		object('interpreter_names', '.rodata', interpreterNamesAt, stringsAt - interpreterNamesAt),
		object('strings', '.rodata', stringsAt, bytes.length - stringsAt),
		object('first', '.text', 0),
		object('past', '.text', slots.length * layout.SWEEP_STEP),
		object('reals', '.data', 0, slots.length * WORD),
		object('low', '.data', slots.length * WORD, WORD),
		object('size', '.data', (slots.length + 1) * WORD, WORD),
		object('early', '.bss', 0, early),
	];
}

function versionBytes(symbols: readonly ShimSymbol[]): Buffer {
	return new Output((symbols.length + 1) * 2).half(VER_NDX_LOCAL, ...symbols.map(({version}) => version)).bytes;
}

function relocationBytes(
	{slots, machine, layout, trampolines, got}: Shape,
	symbols: readonly ShimSymbol[],
	place: SectionPlaceOf,
) {
	const out = new Output((slots.length + got.length) * RELA_SIZE);
	const code = place('.text').address;
	slots.forEach((slot, index) => {
		const resolve = code + index * layout.SWEEP_STEP + trampolines[kindOf(slot)].resolve;
		out.double(place('.data').address + index * WORD, machine.relocations.relative, resolve);
	});
	got.forEach(({symbol, relocation}, index) => {
		out
			.double(place('.got').address + index * WORD)
			.word(relocation, 1 + symbols.findIndex(({name}) => name === symbol));
		out.double(0);
	});
	return out.bytes;
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

function codeBytes({slots, machine, layout, trampolines, got}: Shape, place: SectionPlaceOf): Buffer {
	const {LEDGER_HEADER, LEDGER_ROW_SIZE, SWEEP_STEP} = layout;
	const [data, code, table] = addresses(place, ['.data', '.text', '.got']);
	const gotAt = (name: GotSlot['shared']) => table + got.findIndex(({shared}) => shared === name) * WORD;
	const shared = (address: number) => ({first: address, step: 0});
	const values = {
		interpreter_low: shared(data + slots.length * WORD),
		interpreter_size: shared(data + (slots.length + 1) * WORD),
		main_ledger_offset: shared(gotAt('main_ledger_offset')),
		current_ledger_at: shared(gotAt('current_ledger_at')),
		slow_at: shared(gotAt('slow_at')),
		resolve_at: shared(gotAt('resolve_at')),
		own_row: {first: LEDGER_HEADER, step: LEDGER_ROW_SIZE},
		shared_row: {first: LEDGER_HEADER + slots.length * LEDGER_ROW_SIZE, step: LEDGER_ROW_SIZE},
		slot: {first: 0, step: 1},
		real: {first: data, step: WORD},
	};
	const link = {counting: trampolines.counting.linker(values), asking: trampolines.asking.linker(values)};
	const bytes = Buffer.alloc(slots.length * SWEEP_STEP, machine.padding);
	const out = {bytes, view: viewOf(bytes), address: code};
	slots.forEach((slot, index) => {
		link[kindOf(slot)](index, out, index * SWEEP_STEP);
	});
	return bytes;
}
