/** This file writes a dynamic symbol table and the GNU hash table over it, which wants the symbols in the order of its buckets. */

import {STB_GLOBAL} from '../elf/abi.js';
import {gnuHash} from '../elf/gnu-hash.js';
import {Output, type Strings} from './output.js';

export interface ShimSymbol {
	readonly name: string;
	/** One of STT_. */
	readonly type: number;
	/** The section that it lies in; null where it is undefined. */
	readonly section: string | null;
	/** From the section's beginning. */
	readonly offset: number;
	readonly size: number;
	/** Its entry in the table of versions. */
	readonly version: number;
}

export interface SymbolTable {
	/** From index 1 on: those that are undefined, then the others by their buckets. */
	readonly symbols: readonly ShimSymbol[];
	readonly hash: Buffer;
}

export const SYMBOL_SIZE = 24;

export function arrangeSymbols(all: readonly ShimSymbol[]): SymbolTable {
	const undefined_ = all.filter(({section}) => section === null);
	const defined = all.filter(({section}) => section !== null);
	const count = Math.max(1, Math.ceil(defined.length / 2));
	const buckets = Array.from({length: count}, (): Hashed[] => []);
	const hashes = hashesOf(defined.map(({name}) => name));
	defined.forEach((symbol, index) => {
		const hash = hashes[index] ?? 0;
		buckets[hash % count]?.push({symbol, hash});
	});
	return {
		symbols: [...undefined_, ...buckets.flatMap(bucket => bucket.map(({symbol}) => symbol))],
		hash: hashTable(buckets, defined.length, 1 + undefined_.length),
	};
}

interface Hashed {
	readonly symbol: ShimSymbol;
	readonly hash: number;
}

/** All names become bytes at once, for one at a time takes longer than the hashes. */
function hashesOf(names: readonly string[]): readonly number[] {
	const bytes = Buffer.from(names.join('\0')).toString('latin1');
	return bytes.split('\0').map(name => gnuHash(name) >>> 0);
}

/** `place` gives a section's number and address. */
export function symbolBytes(
	symbols: readonly ShimSymbol[],
	strings: Strings,
	place: (section: string) => {readonly index: number; readonly address: number},
): Buffer {
	const out = new Output((symbols.length + 1) * SYMBOL_SIZE).double(0, 0, 0);
	for (const {name, type, section, offset, size} of symbols) {
		const {index, address} = section === null ? {index: 0, address: 0} : place(section);
		out.word(strings.add(name)).half((STB_GLOBAL << 4) | type, index);
		out.double(address + offset, size);
	}
	return out.bytes;
}

/** A Bloom filter of 64-bit words with about eight bits a symbol; the second bit comes from the hash's sixth bit on, as with GNU ld. */
const SECOND_BIT_SHIFT = 6;

function hashTable(buckets: readonly (readonly Hashed[])[], symbols: number, first: number): Buffer {
	const words = 2 ** Math.ceil(Math.log2(Math.max(1, symbols / 8)));
	const out = new Output(16 + words * 8 + buckets.length * 4 + symbols * 4);
	out.word(buckets.length, first, words, SECOND_BIT_SHIFT).word(...filterOf(buckets, words));
	let start = first;
	for (const {length} of buckets) {
		out.word(length === 0 ? 0 : start);
		start += length;
	}
	// Bit 0 of a chain's word marks the bucket's last symbol.
	for (const bucket of buckets) {
		bucket.forEach(({hash}, index) => {
			out.word(index === bucket.length - 1 ? hash | 1 : hash & ~1);
		});
	}
	return out.bytes;
}

/** Each word of 64 bits as two of 32, the lower one first. */
function filterOf(buckets: readonly (readonly Hashed[])[], words: number): Uint32Array {
	const filter = new Uint32Array(words * 2);
	const set = (word: number, bit: number) => {
		const half = word * 2 + (bit >> 5);
		filter[half] = (filter[half] ?? 0) | (1 << (bit & 31));
	};
	for (const {hash} of buckets.flat()) {
		const word = Math.floor(hash / 64) % words;
		set(word, hash % 64);
		set(word, (hash >>> SECOND_BIT_SHIFT) % 64);
	}
	return filter;
}
