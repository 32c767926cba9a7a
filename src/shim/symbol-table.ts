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
	const hashed = all.filter(({section}) => section !== null).map(symbol => ({symbol, hash: hashOf(symbol)}));
	const buckets = Math.max(1, Math.ceil(hashed.length / 2));
	hashed.sort((one, other) => (one.hash % buckets) - (other.hash % buckets));
	return {
		symbols: [...undefined_, ...hashed.map(({symbol}) => symbol)],
		hash: hashTable(
			hashed.map(({hash}) => hash),
			buckets,
			1 + undefined_.length,
		),
	};
}

function hashOf({name}: ShimSymbol): number {
	return gnuHash(Buffer.from(name).toString('latin1')) >>> 0;
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

function hashTable(hashes: readonly number[], buckets: number, first: number): Buffer {
	const words = 2 ** Math.ceil(Math.log2(Math.max(1, hashes.length / 8)));
	const filter = new BigUint64Array(words);
	for (const hash of hashes) {
		const word = Math.floor(hash / 64) % words;
		filter[word] = (filter[word] ?? 0n) | (1n << BigInt(hash % 64)) | (1n << BigInt((hash >>> SECOND_BIT_SHIFT) % 64));
	}
	const starts = new Array<number>(buckets).fill(0);
	hashes.forEach((hash, index) => {
		if (starts[hash % buckets] === 0) starts[hash % buckets] = first + index;
	});
	const out = new Output(16 + words * 8 + buckets * 4 + hashes.length * 4);
	out.word(buckets, first, words, SECOND_BIT_SHIFT).double(...filter);
	out.word(...starts);
	// Bit 0 of a chain's word marks the bucket's last symbol.
	hashes.forEach((hash, index) => {
		const next = hashes[index + 1];
		const last = next === undefined || next % buckets !== hash % buckets;
		out.word((hash & ~1) | (last ? 1 : 0));
	});
	return out.bytes;
}
