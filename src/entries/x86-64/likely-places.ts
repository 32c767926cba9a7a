/** This file finds the places among all bytes of x86-64 code that may lead to the first bytes of a function: few are left to be decoded. */

import type {Elf} from '../../elf/elf.js';
import type {Entry} from '../entry.js';
import {isLea} from './pointed.js';
import {jumpSize} from './relocate.js';

/** An executable segment. */
export interface CodeText {
	readonly address: number;
	readonly bytes: Uint8Array;
	readonly view: DataView;
}

/** What a byte is to an entry. */
export const [beginning, inside] = [1, 2];

/** What the byte before a 32-bit distance can be: an opcode, or a ModRM byte that says that the distance follows. */
const [nothing, call] = [0, 1];
export const [jump, operand] = [2, 3];
export const beforeDistance = Uint8Array.from({length: 256}, (_, byte) => {
	if (byte === 0xe8) return call;
	// jmp; jcc behind 0f; xbegin behind c7.
	if (byte === 0xe9 || (byte >= 0x80 && byte <= 0x8f) || byte === 0xf8) return jump;
	return (byte & 0xc7) === 0x05 ? operand : nothing;
});

/** What is found among all bytes of a text: a little, and the same for each list of functions. */
export interface LikelyText {
	/** Where a distance may stand that leads to the first bytes of a function, or that `lea` computes an aligned address by. */
	readonly distances: Int32Array;
	/** Where `jmp *table(, %reg, 8)` may stand, in code for a fixed address. */
	readonly tableJumps: readonly number[];
	/** Where the long jumps in a function lead to, by its address and size, as they are asked for. */
	readonly jumpsOf: Map<string, readonly number[]>;
}

export interface LikelyPlaces {
	/** Whose first bytes were looked for. */
	readonly starts: ReadonlySet<number>;
	readonly texts: readonly LikelyText[];
	/** Those in code, and those that lead there. */
	readonly relocations: readonly RelocatedWord[];
}

interface RelocatedWord {
	readonly address: number;
	readonly addend: number;
}

/** Found once for each object, where the entries are of functions; copies of functions begin anywhere. */
export function likelyIn(
	elf: Elf,
	texts: readonly CodeText[],
	entries: readonly Entry[],
	starts: readonly number[],
): LikelyPlaces {
	const known = likely.get(elf);
	if (known !== undefined && entries.every(({address}) => known.starts.has(address))) return known;
	const addresses = new Set(starts);
	for (const {address} of entries) addresses.add(address);
	const near = texts.map(text => nearStarts(text, addresses));
	const isFixed = elf.header.type === 'executable';
	const found = {
		starts: addresses,
		texts: texts.map(text => ({
			distances: findDistances(text, texts, near),
			tableJumps: isFixed ? findTableJumps(text) : [],
			jumpsOf: new Map(),
		})),
		relocations: findRelocations(elf, texts, near),
	};
	likely.set(elf, found);
	return found;
}

const likely = new WeakMap<Elf, LikelyPlaces>();

function findRelocations(
	{relocationTables: {relative, others}}: Elf,
	texts: readonly CodeText[],
	near: readonly Uint8Array[],
): readonly RelocatedWord[] {
	const found: RelocatedWord[] = [];
	const add = (address: number, addend: number) => {
		for (let index = 0; index < texts.length; index += 1) {
			const {address: low, bytes} = texts[index] as CodeText;
			const isIn = address >= low && address - low < bytes.length;
			if (isIn || (near[index]?.[addend - low] ?? 0) !== 0) return void found.push({address, addend});
		}
	};
	const {addresses, values} = relative;
	for (let index = 0; index < values.length; index += 1) add(addresses[index] as number, values[index] as number);
	for (const {address, addend} of others) add(address, addend);
	return found;
}

/** A landing pad, and the two jumps of a donor. */
const mostOverwritten = 4 + 2 * jumpSize;

/** For each byte 0; or `beginning` of a function; or `inside` of what may be written over of one, if of none is it the beginning. */
function nearStarts({address, bytes}: CodeText, starts: Iterable<number>): Uint8Array {
	const near = new Uint8Array(bytes.length);
	const offsets = Array.from(starts, start => start - address).filter(offset => offset >= 0 && offset < bytes.length);
	for (const offset of offsets) near.fill(inside, offset, offset + mostOverwritten);
	for (const offset of offsets) near[offset] = beginning;
	return near;
}

function findDistances(
	{address, bytes, view}: CodeText,
	texts: readonly CodeText[],
	near: readonly Uint8Array[],
): Int32Array {
	const own = near[texts.findIndex(text => text.bytes === bytes)] as Uint8Array;
	const {length} = bytes;
	const elsewhere = (target: number) =>
		texts.findIndex(one => target >= one.address && target - one.address < one.bytes.length);
	let found = new Int32Array(1 << 12);
	let count = 0;
	for (let offset = 1; offset + 4 <= length; offset += 1) {
		const before = beforeDistance[bytes[offset - 1] as number] as number;
		if (before === nothing) continue;
		const target = offset + 4 + view.getInt32(offset, true);
		let mark = 0;
		if (target >>> 0 < length) mark = own[target] as number;
		else {
			const index = texts.length > 1 ? elsewhere(address + target) : -1;
			if (index >= 0) mark = near[index]?.[address + target - (texts[index]?.address ?? 0)] as number;
		}
		// Whoever calls the beginning of a function calls the function; what begins in the midst of another is known by its symbol.
		const mayEnter = mark === inside || (mark === beginning && before === jump);
		if (!mayEnter && !(before === operand && mayBeTable(bytes, offset, target))) continue;
		if (count === found.length) {
			const more = new Int32Array(2 * count);
			more.set(found);
			found = more;
		}
		found[count] = offset;
		count += 1;
	}
	return found.subarray(0, count);
}

/** Whether `lea` computes what may be the address of a jump table, which is aligned. */
export function mayBeTable(bytes: Uint8Array, offset: number, target: number): boolean {
	return (target & 3) === 0 && isLea(bytes, offset - 3);
}

function findTableJumps({bytes}: CodeText): readonly number[] {
	const found: number[] = [];
	for (let offset = 0; offset + 7 <= bytes.length; offset += 1) {
		if (bytes[offset] !== 0xff || bytes[offset + 1] !== 0x24 || ((bytes[offset + 2] ?? 0) & 0xc7) !== 0xc5) continue;
		found.push(offset);
	}
	return found;
}

/** `jmp` or `jcc`, its 32-bit distance at the offset. */
export function isLongJump(bytes: Uint8Array, offset: number): boolean {
	const opcode = bytes[offset - 1] as number;
	return opcode === 0xe9 || (opcode >= 0x80 && opcode <= 0x8f && bytes[offset - 2] === 0x0f);
}
