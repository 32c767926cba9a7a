/**
 * This file finds x86-64 entries that cannot be patched because something goes to their first bytes in another way.
 *
 * Decoding all code for this would take longer than all the rest. Instead every byte that could be the distance of a
 * branch or of an address is taken for one (likely-places.ts), and only what then points to the first bytes of a wanted function is decoded.
 */

import {firstAbove} from '../../binding/code/first-above.js';
import type {Iced} from '../../binding/code/x86-64.js';
import {frameStarts} from '../../elf/eh-frame-header.js';
import type {Elf} from '../../elf/elf.js';
import {findOffset} from '../../elf/segments.js';
import {isWithin} from '../code-at.js';
import type {Entry} from '../entry.js';
import {
	beforeDistance,
	beginning,
	type CodeText,
	inside,
	isLongJump,
	jump,
	type LikelyPlaces,
	type LikelyText,
	likelyIn,
	mayBeTable,
	operand,
} from './likely-places.js';

const reasons = {
	branch: 'its own code branches into its first bytes',
	loop: 'its own code jumps back to its entry, which is no call',
	address: 'the address of one of its first bytes is taken',
	symbol: 'another symbol begins in its first bytes',
	relocated: 'its first bytes are relocated when it is loaded',
	undecided: 'what points to its first bytes cannot be decoded',
} as const;

interface Text extends CodeText {
	/** For each byte 0; or `beginning` of an entry; or `inside` of one: written over, and not the first byte that is. */
	readonly marks: Uint8Array;
}

export interface Entered {
	readonly reason: string;
	/** The lowest offset from the jump's place at which something enters; 0 where the entry itself is jumped back to. */
	readonly offset: number;
}

export function refuseEntered(iced: Iced, elf: Elf, entries: readonly Entry[]): ReadonlyMap<Entry, Entered> {
	const search = new Search(iced, elf, entries);
	search.symbols();
	search.relocations();
	for (const text of search.texts) {
		search.distances(text);
		search.shortBranches(text);
	}
	search.tables();
	return search.refused;
}

class Search {
	readonly refused = new Map<Entry, Entered>();
	readonly texts: readonly Text[];
	readonly #entryAt = new Map<number, Entry>();
	readonly #starts: readonly number[];
	readonly #likely: LikelyPlaces;
	/** Addresses of data that code computes: a jump table is among them. With the place of the distance. */
	readonly #computed: {readonly target: number; readonly from: number}[] = [];

	constructor(
		private readonly iced: Iced,
		private readonly elf: Elf,
		private readonly entries: readonly Entry[],
	) {
		this.texts = elf.segments
			.filter(({type, executable}) => type === 'load' && executable)
			.map(segment => {
				const bytes = elf.bytes.slice(segment.offset, segment.fileSize, 'code');
				const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
				return {address: segment.address, bytes, view, marks: new Uint8Array(bytes.length)};
			});
		for (const entry of entries) {
			this.mark(entry, entry.address, beginning);
			this.mark(entry, entry.at, beginning);
			for (let byte = 1; byte < entry.displaced.overwritten; byte += 1) this.mark(entry, entry.at + byte, inside);
		}
		this.#starts = startsOf(elf);
		this.#likely = likelyIn(elf, this.texts, entries, this.#starts);
	}

	private mark(entry: Entry, address: number, mark: number): void {
		const text = this.textOf(address);
		if (text === undefined) return;
		text.marks[address - text.address] = mark;
		this.#entryAt.set(address, entry);
	}

	private textOf(address: number): Text | undefined {
		for (const text of this.texts) {
			const offset = address - text.address;
			if (offset >= 0 && offset < text.marks.length) return text;
		}
		return undefined;
	}

	private markAt(address: number): number {
		for (const {address: low, marks} of this.texts) {
			const mark = marks[address - low];
			if (mark !== undefined) return mark;
		}
		return 0;
	}

	private refuse(address: number, reason: string): void {
		const entry = this.#entryAt.get(address);
		if (entry === undefined) return;
		const offset = Math.max(0, address - entry.at);
		const before = this.refused.get(entry);
		if (before === undefined || offset < before.offset) this.refused.set(entry, {reason, offset});
	}

	symbols(): void {
		for (const start of this.#starts) if (this.markAt(start) === inside) this.refuse(start, reasons.symbol);
	}

	relocations(): void {
		for (const {address, addend} of this.#likely.relocations) this.relocation(address, addend);
	}

	private relocation(address: number, addend: number): void {
		if (this.markAt(addend) === inside) this.refuse(addend, reasons.address);
		if (this.textOf(address) === undefined) return;
		for (let byte = address; byte < address + 8; byte += 1) {
			if (this.markAt(byte) !== 0) this.refuse(byte, reasons.relocated);
		}
	}

	/** Every four bytes behind a byte that a distance can follow, as the distance that ends an instruction. */
	distances(text: Text): void {
		const {address, bytes, view, marks} = text;
		const size = bytes.length;
		const elsewhere = this.texts.length > 1;
		const {distances} = this.likely(text);
		for (let index = 0; index < distances.length; index += 1) {
			const offset = distances[index] as number;
			const before = beforeDistance[bytes[offset - 1] as number];
			const target = offset + 4 + view.getInt32(offset, true);
			const mark = target >>> 0 < size ? (marks[target] as number) : elsewhere ? this.markAt(address + target) : 0;
			if (mark === 0) {
				if (before === operand && mayBeTable(bytes, offset, target)) {
					this.#computed.push({target: address + target, from: address + offset});
				}
			} else if (mark === inside || before === jump) {
				// Whoever calls the beginning calls the function.
				this.checkTarget(address + offset, address + target, mark, isLongJump(bytes, offset));
			}
		}
	}

	/** Every byte that could be a short branch, near the entries. */
	shortBranches({address, bytes, view, marks}: Text): void {
		for (const entry of this.entries) {
			const low = Math.max(0, entry.address - address - 130);
			const high = Math.min(bytes.length - 1, entry.at + entry.displaced.overwritten - address + 130);
			for (let offset = low; offset < high; offset += 1) {
				if (!isShortBranch(bytes[offset] as number)) continue;
				const target = offset + 2 + view.getInt8(offset + 1);
				const mark = marks[target] ?? 0;
				if (mark !== 0 && this.#entryAt.get(address + target) === entry) {
					this.checkTarget(address + offset + 1, address + target, mark, true);
				}
			}
		}
	}

	/** Refuses the entry at `target` if the bytes at `from` are a branch there or its address, as they seem to be. */
	private checkTarget(from: number, target: number, mark: number, mayJump: boolean): void {
		const entry = this.#entryAt.get(target);
		if (entry === undefined) return;
		// From elsewhere, the beginning is jumped to as it should be; its address may be taken anywhere.
		if (mark === beginning && !(mayJump && (isWithin(entry, from) || this.isPartOf(entry, from)))) return;
		const kind = this.decode(from, target);
		if (kind === 'undecided') this.refuse(target, reasons.undecided);
		else if (mark === inside && kind !== 'nothing') {
			this.refuse(target, kind === 'address' ? reasons.address : reasons.branch);
		} else if (mark === beginning && kind === 'jump') this.refuse(target, reasons.loop);
	}

	private likely(text: Text): LikelyText {
		return this.#likely.texts[this.texts.indexOf(text)] as LikelyText;
	}

	/** Whether a place outside of a function is in a part of it that the compiler put elsewhere: it branches there. */
	private isPartOf(entry: Entry, from: number): boolean {
		const index = this.startBefore(from);
		const [low, high] = [this.#starts[index] ?? from, this.#starts[index + 1] ?? from + 1];
		const text = this.textOf(entry.address);
		if (text === undefined) return false;
		const {jumpsOf} = this.likely(text);
		const key = `${entry.address} ${entry.size}`;
		let jumps = jumpsOf.get(key);
		if (jumps === undefined) {
			jumps = longJumps(text, entry).filter(target => this.textOf(target) !== undefined);
			jumpsOf.set(key, jumps);
		}
		return jumps.some(target => target >= low && target < high);
	}

	/** What the instruction is that has its distance at `from`. */
	private decode(from: number, target: number): 'jump' | 'call' | 'address' | 'nothing' | 'undecided' {
		const {iced} = this;
		const start = this.#starts[this.startBefore(from)];
		const text = this.textOf(from);
		if (start === undefined || text === undefined || start < text.address) return 'undecided';
		const bytes = text.bytes.subarray(start - text.address, from - text.address + 16);
		const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
		decoder.ip = BigInt(start);
		const instruction = new iced.Instruction();
		try {
			for (let at = start; at <= from; at += instruction.length) {
				decoder.decodeOut(instruction);
				if (at + instruction.length <= from) continue;
				if (instruction.code === iced.Code.INVALID) return 'undecided';
				if (instruction.isIpRelMemoryOperand && Number(instruction.ipRelMemoryAddress) === target) return 'address';
				if (Number(instruction.nearBranchTarget) !== target) return 'nothing';
				return instruction.isCallNear ? 'call' : 'jump';
			}
			return 'undecided';
		} finally {
			instruction.free();
			decoder.free();
		}
	}

	/** The index of the last start that is not above. */
	private startBefore(address: number): number {
		return firstAbove(this.#starts, address) - 1;
	}

	/** Jump tables: 4-byte distances from the table, or in code for a fixed address 8-byte addresses. */
	tables(): void {
		let next: number | undefined;
		let last: number | undefined;
		for (const {target, from} of [...this.#computed].sort((one, other) => other.target - one.target)) {
			// A table ends where at the latest the next begins.
			if (target !== last) next = last;
			last = target;
			this.walk(target, from, 4, next);
		}
		for (const text of this.texts) this.absoluteTables(text);
	}

	private absoluteTables(text: Text): void {
		for (const offset of this.likely(text).tableJumps) {
			this.walk(text.view.getUint32(offset + 3, true), text.address + offset, 8, undefined);
		}
	}

	private walk(table: number, from: number, step: 4 | 8, next: number | undefined): void {
		const {bytes, segments} = this.elf;
		for (let at = table; next === undefined || at < next; at += step) {
			const offset = findOffset(segments, at, step);
			if (offset === null) return;
			const target = step === 4 ? table + bytes.i32(offset) : bytes.word(offset);
			const text = this.textOf(target);
			if (text === undefined) return;
			const mark = text.marks[target - text.address];
			const entry = this.#entryAt.get(target);
			if (entry === undefined) continue;
			if (mark === inside) this.refuse(target, reasons.branch);
			else if (isWithin(entry, from)) this.refuse(target, reasons.loop);
		}
	}
}

/** Where code may begin, sorted. Found once for each object. */
function startsOf(elf: Elf): readonly number[] {
	const known = starts.get(elf);
	if (known !== undefined) return known;
	const addresses = new Set(frameStarts(elf, elf.segments));
	for (const {defined, value, type} of [...elf.dynamicSymbols, ...elf.symbols]) {
		if (defined && (type === 'function' || type === 'ifunc' || type === 'none')) addresses.add(value);
	}
	const sorted = [...addresses].sort((one, other) => one - other);
	starts.set(elf, sorted);
	return sorted;
}

const starts = new WeakMap<Elf, readonly number[]>();

function longJumps({address, bytes, view}: Text, {address: start, size}: Entry): readonly number[] {
	const begin = start - address;
	const end = Math.min(begin + size, bytes.length) - 4;
	const found: number[] = [];
	for (let offset = begin + 1; offset <= end; offset += 1) {
		if (isLongJump(bytes, offset)) found.push(address + offset + 4 + view.getInt32(offset, true));
	}
	return found;
}

/** `jcc`, `jmp`, `loop` and its like. */
function isShortBranch(opcode: number): boolean {
	return (opcode >= 0x70 && opcode <= 0x7f) || opcode === 0xeb || (opcode >= 0xe0 && opcode <= 0xe3);
}
