/** This file reads symbols, of the dynamic table and of the one that strip removes. */

import {ElfError} from '../errors.js';
import type {Bytes} from './bytes.js';
import type {ReadString} from './strings.js';
import type {Version, VersionOf} from './versions.js';

export interface ElfSymbol {
	/** Its place in its table, which is how relocations name it. */
	readonly index: number;
	readonly name: string;
	readonly value: number;
	readonly size: number;
	readonly type: 'none' | 'object' | 'function' | 'section' | 'file' | 'common' | 'tls' | 'ifunc' | 'other';
	readonly bind: 'local' | 'global' | 'weak' | 'unique' | 'other';
	readonly visibility: 'default' | 'internal' | 'hidden' | 'protected';
	/** The section index: 0 undefined, 0xfff1 absolute. */
	readonly section: number;
	readonly defined: boolean;
	readonly version: Version | null;
}

/** Errors: ElfError where the table or a name of it lies outside the file. */
export function readSymbols(
	bytes: Bytes,
	offset: number,
	count: number,
	nameAt: ReadString,
	versionOf: VersionOf = () => null,
): readonly ElfSymbol[] {
	const size = symbolSize(bytes);
	bytes.need(offset, count * size, 'symbol table');
	const read = bytes.format.wide ? readWide : readNarrow;
	return Array.from({length: count}, (_, index) => read(bytes, offset + index * size, index, nameAt, versionOf));
}

export function symbolSize(bytes: Bytes): number {
	return bytes.format.wide ? 24 : 16;
}

const types: readonly ElfSymbol['type'][] = ['none', 'object', 'function', 'section', 'file', 'common', 'tls'];
const binds: readonly ElfSymbol['bind'][] = ['local', 'global', 'weak'];
const visibilities = ['default', 'internal', 'hidden', 'protected'] as const;

function readWide(bytes: Bytes, at: number, index: number, nameAt: ReadString, versionOf: VersionOf): ElfSymbol {
	return {
		index,
		name: readName(bytes, at, nameAt),
		value: bytes.word(at + 8),
		size: bytes.word(at + 16),
		...readKind(bytes, at + 4),
		version: versionOf(index),
	};
}

function readNarrow(bytes: Bytes, at: number, index: number, nameAt: ReadString, versionOf: VersionOf): ElfSymbol {
	return {
		index,
		name: readName(bytes, at, nameAt),
		value: bytes.word(at + 4),
		size: bytes.word(at + 8),
		...readKind(bytes, at + 12),
		version: versionOf(index),
	};
}

function readName(bytes: Bytes, at: number, nameAt: ReadString): string {
	const offset = bytes.u32(at);
	return offset === 0 ? '' : nameAt(offset);
}

type Kind = Pick<ElfSymbol, 'type' | 'bind' | 'visibility' | 'section' | 'defined'>;

function readKind(bytes: Bytes, at: number): Kind {
	const info = bytes.u8(at);
	const section = bytes.u16(at + 2);
	const visibility = visibilities[bytes.u8(at + 1) & 3];
	if (visibility === undefined) throw new ElfError('A symbol has no visibility', at);
	return {
		type: (info & 0xf) === 10 ? 'ifunc' : (types[info & 0xf] ?? 'other'),
		bind: info >> 4 === 10 ? 'unique' : (binds[info >> 4] ?? 'other'),
		visibility,
		section,
		defined: section !== 0,
	};
}
