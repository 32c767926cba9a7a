/** This file reads the dynamic section: what the object says to the dynamic linker. */

import type {Bytes} from './bytes.js';
import {offsetOf, type Segment} from './segments.js';
import {type ReadString, stringTable} from './strings.js';

export interface Dynamic {
	readonly soname: string | null;
	readonly needed: readonly string[];
	readonly rpath: string | null;
	readonly runpath: string | null;
	/** DT_SYMBOLIC or DF_SYMBOLIC: the object looks in itself first. */
	readonly symbolic: boolean;
	/** DF_1_PIE. */
	readonly positionIndependentExecutable: boolean;
	/** DF_BIND_NOW or DF_1_NOW. */
	readonly bindNow: boolean;
	/** DT_DEBUG, which linkers write into executables only. */
	readonly debug: boolean;
	/** The first value of each tag, by its number. */
	readonly values: ReadonlyMap<number, number>;
	readonly string: ReadString;
}

/** The tags that this reader uses. */
export const tags = {
	needed: 1,
	fini: 13,
	pltRelocationsSize: 2,
	hash: 4,
	strings: 5,
	symbols: 6,
	rela: 7,
	relaSize: 8,
	relaEntry: 9,
	stringsSize: 10,
	soname: 14,
	rpath: 15,
	symbolic: 16,
	rel: 17,
	relSize: 18,
	pltRelocationsType: 20,
	debug: 21,
	pltRelocations: 23,
	runpath: 29,
	flags: 30,
	relrSize: 35,
	relr: 36,
	gnuHash: 0x6ffffef5,
	versions: 0x6ffffff0,
	flags1: 0x6ffffffb,
	versionsDefined: 0x6ffffffc,
	versionsDefinedCount: 0x6ffffffd,
	versionsNeeded: 0x6ffffffe,
	versionsNeededCount: 0x6fffffff,
} as const;

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
	const flags = values.get(tags.flags) ?? 0;
	const flags1 = values.get(tags.flags1) ?? 0;
	return {
		soname: text(tags.soname),
		needed: entries.filter(([tag]) => tag === tags.needed).map(([, offset]) => string(offset)),
		rpath: text(tags.rpath),
		runpath: text(tags.runpath),
		symbolic: values.has(tags.symbolic) || (flags & 0x2) !== 0,
		positionIndependentExecutable: (flags1 & 0x0800_0000) !== 0,
		bindNow: (flags & 0x8) !== 0 || (flags1 & 0x1) !== 0,
		debug: values.has(tags.debug),
		values,
		string,
	};
}

function readEntries(bytes: Bytes, segment: Segment): readonly (readonly [number, number])[] {
	const size = bytes.format.wide ? 16 : 8;
	const entries: (readonly [number, number])[] = [];
	for (let at = segment.offset; at + size <= segment.offset + segment.fileSize; at += size) {
		const tag = bytes.word(at);
		if (tag === 0) break;
		entries.push([tag, bytes.word(at + size / 2)]);
	}
	return entries;
}

function readStrings(bytes: Bytes, segments: readonly Segment[], values: ReadonlyMap<number, number>): ReadString {
	const address = values.get(tags.strings);
	if (address === undefined) return stringTable(new Uint8Array(0), 0);
	const size = values.get(tags.stringsSize) ?? 0;
	const offset = offsetOf(segments, address, size, 'dynamic string table');
	return stringTable(bytes.slice(offset, size, 'dynamic string table'), offset);
}
