/** This file reads symbols, of the dynamic table and of the one that strip removes. */

import {SHN_UNDEF, STB_GNU_UNIQUE, STT_GNU_IFUNC} from './abi.js';
import type {Bytes} from './bytes.js';
import type {ReadString} from './strings.js';
import type {Version, VersionOf} from './versions.js';

export interface ElfSymbol {
	/** Its place in its table, which is how relocations name it. */
	readonly index: number;
	readonly name: string;
	/** Of a function the address of its first instruction. */
	readonly value: number;
	/** What data holds that points to it: on arm the lowest bit says that a function's code is Thumb. */
	readonly pointer: number;
	/** Where calls from the same object enter the function: on ppc64le behind the two instructions that find the object's data. */
	readonly localEntry: number;
	readonly size: number;
	readonly type: 'none' | 'object' | 'function' | 'section' | 'file' | 'common' | 'tls' | 'ifunc' | 'other';
	readonly bind: 'local' | 'global' | 'weak' | 'unique' | 'other';
	readonly visibility: 'default' | 'internal' | 'hidden' | 'protected';
	/** The section index, or one of SHN_. */
	readonly section: number;
	readonly defined: boolean;
	readonly version: Version | null;
}

/** Errors: ElfError where the table lies outside the file; reading a name may give another. */
export function readSymbols(
	bytes: Bytes,
	machine: string,
	offset: number,
	count: number,
	nameAt: ReadString,
	versionOf: VersionOf = () => null,
): readonly ElfSymbol[] {
	const size = symbolSize(bytes);
	bytes.need(offset, count * size, 'symbol table');
	const context: Context = {bytes, machine, nameAt, versionOf};
	const read = bytes.format.is64 ? readElf64 : readElf32;
	return Array.from({length: count}, (_, index) => read(context, offset + index * size, index));
}

export function symbolSize(bytes: Bytes): number {
	return bytes.format.is64 ? 24 : 16;
}

interface Context {
	readonly bytes: Bytes;
	readonly machine: string;
	readonly nameAt: ReadString;
	readonly versionOf: VersionOf;
}

/** A table has many names, of which few are asked for: each is read when it is asked for. */
class TableSymbol implements ElfSymbol {
	readonly type: ElfSymbol['type'];
	readonly bind: ElfSymbol['bind'];
	readonly visibility: ElfSymbol['visibility'];
	readonly defined: boolean;
	readonly value: number;
	readonly #context: Context;
	readonly #nameOffset: number;
	readonly #other: number;

	constructor(
		context: Context,
		readonly index: number,
		nameOffset: number,
		readonly pointer: number,
		readonly size: number,
		info: number,
		other: number,
		readonly section: number,
	) {
		this.#context = context;
		this.#nameOffset = nameOffset;
		this.#other = other;
		this.type = (info & 0xf) === STT_GNU_IFUNC ? 'ifunc' : (types[info & 0xf] ?? 'other');
		this.bind = info >> 4 === STB_GNU_UNIQUE ? 'unique' : (binds[info >> 4] ?? 'other');
		this.visibility = visibilities[other & 3] as ElfSymbol['visibility'];
		this.defined = section !== SHN_UNDEF;
		const isThumb =
			context.machine === 'arm' && (this.type === 'function' || this.type === 'ifunc') && pointer % 2 === 1;
		this.value = isThumb ? pointer - 1 : pointer;
	}

	get localEntry(): number {
		const isTold = this.#context.machine === 'ppc64le' && this.type === 'function' && this.defined;
		return this.value + (isTold ? localEntryOffset(this.#other) : 0);
	}

	get name(): string {
		return this.#nameOffset === 0 ? '' : this.#context.nameAt(this.#nameOffset);
	}

	get version(): Version | null {
		return this.#context.versionOf(this.index);
	}
}

/** The upper three bits of st_other, as PPC64_LOCAL_ENTRY_OFFSET of <elf.h> reads them: a power of two in bytes, of which less than a word counts as none. */
function localEntryOffset(other: number): number {
	return ((1 << (other >> 5)) >> 2) << 2;
}

/** In the order of their STT_, STB_ and STV_ numbers. */
const types: readonly ElfSymbol['type'][] = ['none', 'object', 'function', 'section', 'file', 'common', 'tls'];
const binds: readonly ElfSymbol['bind'][] = ['local', 'global', 'weak'];
const visibilities = ['default', 'internal', 'hidden', 'protected'] as const;

function readElf64(context: Context, at: number, index: number): ElfSymbol {
	const {view, format, halves} = context.bytes;
	const half = (offset: number) => view.getUint32(at + offset, format.littleEndian);
	return new TableSymbol(
		context,
		index,
		half(0),
		half(8 + halves.high) * 2 ** 32 + half(8 + halves.low),
		half(16 + halves.high) * 2 ** 32 + half(16 + halves.low),
		view.getUint8(at + 4),
		view.getUint8(at + 5),
		view.getUint16(at + 6, format.littleEndian),
	);
}

function readElf32(context: Context, at: number, index: number): ElfSymbol {
	const {bytes} = context;
	return new TableSymbol(
		context,
		index,
		bytes.u32(at),
		bytes.u32(at + 4),
		bytes.u32(at + 8),
		bytes.u8(at + 12),
		bytes.u8(at + 13),
		bytes.u16(at + 14),
	);
}
