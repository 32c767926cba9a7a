/** This file reads the dynamic section: what the object says to the dynamic linker. */

import {
	DF_1_PIE,
	DF_SYMBOLIC,
	DT_DEBUG,
	DT_FLAGS,
	DT_FLAGS_1,
	DT_NEEDED,
	DT_NULL,
	DT_SONAME,
	DT_STRSZ,
	DT_STRTAB,
	DT_SYMBOLIC,
} from './abi.js';
import type {Bytes} from './bytes.js';
import {offsetOf, type Segment} from './segments.js';
import {type ReadString, stringTable} from './strings.js';

export interface Dynamic {
	readonly soname: string | null;
	readonly needed: readonly string[];
	/** DT_SYMBOLIC or DF_SYMBOLIC: the object looks in itself first. */
	readonly symbolic: boolean;
	/** DF_1_PIE. */
	readonly positionIndependentExecutable: boolean;
	/** DT_DEBUG, which linkers write into executables only. */
	readonly debug: boolean;
	/** The first value of each tag. */
	readonly values: ReadonlyMap<number, number>;
	readonly string: ReadString;
}

/** Null for an object without a dynamic section: a static executable, an object file. */
export function readDynamic(bytes: Bytes, segments: readonly Segment[]): Dynamic | null {
	const segment = segments.find(({type}) => type === 'dynamic');
	if (segment === undefined) return null;
	const entries = readEntries(bytes, segment);
	const values = new Map([...entries].reverse());
	const string = readStrings(bytes, segments, values);
	const text = (tag: number) => {
		const offset = values.get(tag);
		return offset === undefined ? null : string(offset);
	};
	const flags = values.get(DT_FLAGS) ?? 0;
	const flags1 = values.get(DT_FLAGS_1) ?? 0;
	return {
		soname: text(DT_SONAME),
		needed: entries.filter(([tag]) => tag === DT_NEEDED).map(([, offset]) => string(offset)),
		symbolic: values.has(DT_SYMBOLIC) || (flags & DF_SYMBOLIC) !== 0,
		positionIndependentExecutable: (flags1 & DF_1_PIE) !== 0,
		debug: values.has(DT_DEBUG),
		values,
		string,
	};
}

function readEntries(bytes: Bytes, segment: Segment): readonly (readonly [number, number])[] {
	const size = bytes.format.is64 ? 16 : 8;
	const entries: (readonly [number, number])[] = [];
	for (let at = segment.offset; at + size <= segment.offset + segment.fileSize; at += size) {
		const tag = bytes.word(at);
		if (tag === DT_NULL) break;
		entries.push([tag, bytes.word(at + size / 2)]);
	}
	return entries;
}

function readStrings(bytes: Bytes, segments: readonly Segment[], values: ReadonlyMap<number, number>): ReadString {
	const address = values.get(DT_STRTAB);
	if (address === undefined) return stringTable(new Uint8Array(0), 0);
	const size = values.get(DT_STRSZ) ?? 0;
	const offset = offsetOf(segments, address, size, 'dynamic string table');
	return stringTable(bytes.slice(offset, size, 'dynamic string table'), offset);
}
