/** This file puts an ELF object together from its structures. */

import {ElfError} from '../errors.js';
import {DT_SYMTAB, SHT_DYNSYM, SHT_STRTAB, SHT_SYMTAB} from './abi.js';
import type {Bytes} from './bytes.js';
import {type Dynamic, readDynamic} from './dynamic.js';
import {countHashed} from './hash.js';
import {type Header, readHeader} from './header.js';
import {readBuildId} from './notes.js';
import {listRelocations, type Relocation, type RelocationTables, readRelocations} from './relocations.js';
import {readSections, type Section} from './sections.js';
import {offsetOf, readSegments, type Segment} from './segments.js';
import {stringTable} from './strings.js';
import {type ElfSymbol, readSymbols, symbolSize} from './symbols.js';
import {readVersions} from './versions.js';

export interface Elf {
	readonly bytes: Bytes;
	readonly header: Header;
	/** As `uname -m` names it. */
	readonly machine: string;
	/** Whether it is linked as an executable: it then stands first in the lookup scope. */
	readonly executable: boolean;
	readonly segments: readonly Segment[];
	/** Empty where the section table is stripped. */
	readonly sections: readonly Section[];
	readonly interpreter: string | null;
	readonly buildId: string | null;
	/** Null where there is no dynamic section. */
	readonly dynamic: Dynamic | null;
	readonly soname: string | null;
	readonly needed: readonly string[];
	/** Read on first use, as are the two that follow: reading them may give an ElfError. */
	readonly dynamicSymbols: readonly ElfSymbol[];
	readonly relocations: readonly Relocation[];
	/** The same, cheaper to get. */
	readonly relocationTables: RelocationTables;
	/** `.symtab`; empty where it is stripped. */
	readonly symbols: readonly ElfSymbol[];
}

/** Errors: ElfError where the bytes are no ELF object, or one whose tables lie outside the file. */
export function readElf(all: Uint8Array): Elf {
	const {bytes, header} = readHeader(all);
	const segments = readSegments(bytes, header);
	const sections = readSections(bytes, header);
	const dynamic = readDynamic(bytes, segments);
	const interpreter = readInterpreter(bytes, segments);
	const tables = once(() =>
		dynamic === null ? noRelocations : readRelocations(bytes, header.machine, segments, dynamic),
	);
	const relocations = once(() => listRelocations(tables()));
	const dynamicSymbols = once(() =>
		dynamic === null ? [] : readDynamicSymbols(bytes, header.machine, segments, sections, dynamic, tables().others),
	);
	const symbols = once(() => readSymbolTable(bytes, header.machine, sections));
	return {
		bytes,
		header,
		machine: header.machine,
		executable: isExecutable(header, dynamic, interpreter),
		segments,
		sections,
		interpreter,
		buildId: readBuildId(bytes, segments),
		dynamic,
		soname: dynamic?.soname ?? null,
		needed: dynamic?.needed ?? [],
		get dynamicSymbols() {
			return dynamicSymbols();
		},
		get relocations() {
			return relocations();
		},
		get relocationTables() {
			return tables();
		},
		get symbols() {
			return symbols();
		},
	};
}

const noRelocations: RelocationTables = {relative: {addresses: [], values: [], tables: []}, others: []};

function once<T>(read: () => T): () => T {
	let value: {readonly read: T} | undefined;
	return () => {
		value ??= {read: read()};
		return value.read;
	};
}

/**
 * The obvious signs do not do: a position-independent executable is an ET_DYN as a library is, and libc is a library with a
 * PT_INTERP. DF_1_PIE tells, but older linkers do not set it; DT_DEBUG all linkers write, into executables only.
 */
function isExecutable(header: Header, dynamic: Dynamic | null, interpreter: string | null): boolean {
	if (header.type === 'executable') return true;
	if (header.type !== 'shared' || dynamic === null) return false;
	return dynamic.positionIndependentExecutable || dynamic.debug || (interpreter !== null && dynamic.soname === null);
}

function readInterpreter(bytes: Bytes, segments: readonly Segment[]): string | null {
	const segment = segments.find(({type}) => type === 'interpreter');
	if (segment === undefined) return null;
	return stringTable(bytes.slice(segment.offset, segment.fileSize, 'interpreter'), segment.offset)(0);
}

function readDynamicSymbols(
	bytes: Bytes,
	machine: string,
	segments: readonly Segment[],
	sections: readonly Section[],
	dynamic: Dynamic,
	relocations: readonly Relocation[],
): readonly ElfSymbol[] {
	const address = dynamic.values.get(DT_SYMTAB);
	if (address === undefined) return [];
	// A GNU hash table leaves out what is undefined, and may be empty; relocations then name the rest.
	let count = countHashed(bytes, segments, dynamic);
	for (const {symbol} of relocations) if (symbol >= count) count = symbol + 1;
	const table = sections.find(({type, address: at}) => type === SHT_DYNSYM && at === address);
	if (table !== undefined) count = Math.max(count, Math.floor(table.size / symbolSize(bytes)));
	const offset = offsetOf(segments, address, count * symbolSize(bytes), 'dynamic symbol table');
	return readSymbols(bytes, machine, offset, count, dynamic.string, readVersions(bytes, segments, dynamic, count));
}

function readSymbolTable(bytes: Bytes, machine: string, sections: readonly Section[]): readonly ElfSymbol[] {
	const table = sections.find(({type}) => type === SHT_SYMTAB);
	if (table === undefined) return [];
	const strings = sections[table.link];
	if (strings === undefined || strings.type !== SHT_STRTAB) {
		throw new ElfError('The symbol table has no string table', table.offset);
	}
	const nameAt = stringTable(bytes.slice(strings.offset, strings.size, 'string table'), strings.offset);
	return readSymbols(bytes, machine, table.offset, Math.floor(table.size / symbolSize(bytes)), nameAt);
}
