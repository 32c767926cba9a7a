/** This file breaks an ELF file at random, most often where a reader would be hurt: in what says where and how many. */

import {readElf} from '../../../src/elf/elf.js';

type Below = (below: number) => number;

/** The file, and the places in it that its structures are read from. */
export interface Victim {
	readonly name: string;
	readonly bytes: Uint8Array;
	readonly tender: readonly (readonly [offset: number, size: number])[];
}

export function victim(name: string, bytes: Uint8Array): Victim {
	const {header, segments, sections, dynamic} = readElf(bytes);
	const tender: [number, number][] = [[0, 64]];
	tender.push([header.segments.offset, header.segments.count * header.segments.entrySize]);
	tender.push([header.sections.offset, header.sections.count * header.sections.entrySize]);
	for (const {type, offset, fileSize} of segments) {
		if (type === 'dynamic' || type === 'note' || type === 'interpreter') tender.push([offset, fileSize]);
	}
	// Symbols, strings, relocations, hashes and versions stand in the first pages, which dynamic tags point to.
	const tables = [...(dynamic?.values.values() ?? [])].filter(value => value > 0 && value < bytes.length);
	for (const at of tables) tender.push([at, Math.min(64, bytes.length - at)]);
	for (const {offset, size, type} of sections) {
		if (type !== 1 && type !== 8 && offset + size <= bytes.length) tender.push([offset, size]);
	}
	return {name, bytes, tender: tender.filter(([offset, size]) => size > 0 && offset + size <= bytes.length)};
}

/** One to eight faults; a truncation among them now and then. */
export function broken({bytes, tender}: Victim, below: Below): Uint8Array {
	const copy = Uint8Array.from(bytes);
	for (let left = 1 + below(8); left > 0; left -= 1) {
		const [offset, size] =
			below(4) === 0 ? [0, copy.length] : (tender[below(tender.length)] as readonly [number, number]);
		faults[below(faults.length)]?.(copy, offset + below(size), below);
	}
	return below(5) === 0 ? copy.subarray(0, below(copy.length)) : copy;
}

type Fault = (bytes: Uint8Array, at: number, below: Below) => void;

const faults: readonly Fault[] = [
	(bytes, at, below) => {
		bytes[at] = below(256);
	},
	(bytes, at, below) => {
		bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
	},
	(bytes, at, below) => {
		const word = telling[below(telling.length)] as bigint;
		const aligned = at - (at % 8);
		for (let index = 0; index < 8; index += 1) bytes[aligned + index] = Number((word >> BigInt(index * 8)) & 255n);
	},
	(bytes, at, below) => {
		const word = Number((telling[below(telling.length)] as bigint) & 0xffffffffn);
		const aligned = at - (at % 4);
		for (let index = 0; index < 4; index += 1) bytes[aligned + index] = (word >>> (index * 8)) & 255;
	},
	(bytes, at, below) => bytes.copyWithin(at, below(bytes.length), below(bytes.length)),
	(bytes, at, below) => bytes.fill(below(2) === 0 ? 0 : 255, at, at + below(64)),
];

/** Numbers at the edges of what fields hold. */
const telling: readonly bigint[] = [
	0n,
	1n,
	8n,
	24n,
	0x7fn,
	0xffn,
	0x7fffn,
	0xffffn,
	0x10000n,
	0x7fffffffn,
	0x80000000n,
	0xffffffffn,
	0x100000000n,
	1n << 53n,
	1n << 60n,
	(1n << 63n) - 1n,
	1n << 63n,
	(1n << 64n) - 1n,
];
