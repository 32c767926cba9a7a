/** This file gives a section's content, inflated where a linker or objcopy compressed it. */

import * as zlib from 'node:zlib';
import {ELFCOMPRESS_ZLIB, ELFCOMPRESS_ZSTD, SHT_NOBITS} from '../elf/abi.js';
import type {Elf} from '../elf/elf.js';
import type {Section} from '../elf/sections.js';
import {ElfError} from '../errors.js';

/** All that is needed of an object; a file of debug information has little else. */
export type Sectioned = Pick<Elf, 'bytes' | 'sections'>;

/** No section of a Python comes near it; a forged header asks for any number. */
const mostBytes = 512 * 1024 * 1024;

/** Deflate makes at most so many bytes of one: two bits stand for 258. */
const mostRatio = 1032;

/** Null where there is no such section. Errors: ElfError where its content cannot be had. */
export function sectionBytes(elf: Sectioned, name: string): Uint8Array | null {
	const section = elf.sections.find(section => section.name === name && section.type !== SHT_NOBITS);
	if (section !== undefined) return section.compressed ? inflateGabi(elf, section) : raw(elf, section);
	if (!name.startsWith('.debug_')) return null;
	const old = elf.sections.find(section => section.name === `.z${name.slice(1)}`);
	return old === undefined ? null : inflateOld(elf, old);
}

function raw({bytes}: Sectioned, {offset, size, name}: Section): Uint8Array {
	return bytes.slice(offset, size, name);
}

/** ch_type, and in ELF64 a padding; ch_size, ch_addralign; then the stream. */
function inflateGabi(elf: Sectioned, section: Section): Uint8Array {
	const {bytes} = elf;
	const type = bytes.u32(section.offset);
	const size = bytes.word(section.offset + (bytes.format.is64 ? 8 : 4));
	return inflate(elf, section, bytes.format.is64 ? 24 : 12, size, inflaterOf(type, section));
}

type Inflater = (
	stream: Uint8Array,
	options: {readonly maxOutputLength: number; readonly chunkSize: number},
) => Uint8Array;

/** Errors: ElfError for a compression that is not known, or that this Node has not: zstd came with 22.15. */
function inflaterOf(type: number, {name, offset}: Section): Inflater {
	if (type === ELFCOMPRESS_ZLIB) return zlib.inflateSync;
	if (type !== ELFCOMPRESS_ZSTD) {
		throw new ElfError(`The section ${name} is compressed in a way (${type}) that is not known here`, offset);
	}
	const {zstdDecompressSync} = zlib as {readonly zstdDecompressSync?: Inflater};
	if (zstdDecompressSync !== undefined) return zstdDecompressSync;
	throw new ElfError(
		`The section ${name} is compressed by zstd, which Node ${process.versions.node} cannot read`,
		offset,
		{
			hint: 'Use Node 22.15 or later, or a copy that objcopy --decompress-debug-sections makes.',
		},
	);
}

/** `.zdebug_*`: the letters ZLIB, the size in eight big-endian bytes; then the stream. */
function inflateOld(elf: Sectioned, section: Section): Uint8Array {
	const head = Buffer.from(elf.bytes.slice(section.offset, 12, section.name));
	return inflate(elf, section, 12, Number(head.readBigUInt64BE(4)), zlib.inflateSync);
}

function inflate(elf: Sectioned, section: Section, headLength: number, size: number, inflater: Inflater): Uint8Array {
	if (!(size <= mostBytes)) throw new ElfError(`The section ${section.name} claims ${size} bytes`, section.offset);
	const stream = elf.bytes.slice(section.offset + headLength, section.size - headLength, section.name);
	try {
		// In one piece, as far as the stream can hold what it claims: to join pieces takes half as long as to inflate them.
		const chunkSize = Math.max(64, Math.min(size, stream.length * mostRatio));
		return inflater(stream, {maxOutputLength: Math.max(size, 1), chunkSize});
	} catch (error) {
		throw new ElfError(`The section ${section.name} cannot be inflated`, section.offset, {cause: error});
	}
}
