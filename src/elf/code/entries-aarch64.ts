/** This file moves the first instruction of aarch64 functions aside, and writes what stands there. */

import type {Elf} from '../elf.js';
import {frameStarts} from '../frames.js';
import {
	type Arrangement,
	type Candidate,
	type Code,
	type Entry,
	type EntryMachine,
	entryOf,
	type Fixup,
	type Moved,
	type Stub,
} from './entries.js';

export const aarch64Entries: EntryMachine = {landingPad, arrange, stub, headSize: 16, preferred};

/** BTI in its forms, PACIASP and PACIBSP: where an indirect call may arrive. */
const landingPads: ReadonlySet<number> = new Set([
	0xd503_241f, 0xd503_245f, 0xd503_249f, 0xd503_24df, 0xd503_233f, 0xd503_237f,
]);

function landingPad(bytes: Uint8Array): number {
	return landingPads.has(wordAt(bytes, 0)) ? 4 : 0;
}

function wordAt(bytes: Uint8Array, offset: number): number {
	return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

function is(word: number, mask: number, value: number): boolean {
	return (word & mask) >>> 0 === value;
}

/** Masks and values are from the Arm architecture reference manual, chapter C4. */
const kinds = {
	adr: (word: number) => is(word, 0x9f00_0000, 0x1000_0000),
	adrp: (word: number) => is(word, 0x9f00_0000, 0x9000_0000),
	jump: (word: number) => is(word, 0xfc00_0000, 0x1400_0000),
	call: (word: number) => is(word, 0xfc00_0000, 0x9400_0000),
	/** B.cond, BC.cond, CBZ, CBNZ: 19 bits. */
	near: (word: number) => is(word, 0xff00_0000, 0x5400_0000) || is(word, 0x7e00_0000, 0x3400_0000),
	/** TBZ, TBNZ: 14 bits. */
	test: (word: number) => is(word, 0x7e00_0000, 0x3600_0000),
	/** LDR, LDRSW and PRFM of a literal. */
	load: (word: number) => is(word, 0x3b00_0000, 0x1800_0000),
} as const;

/** Where a direct branch that is no call goes; null for any other instruction. */
function jumpTarget(word: number, at: number): number | null {
	if (kinds.jump(word)) return at + ((word << 6) >> 6) * 4;
	if (kinds.near(word)) return at + ((word << 8) >> 13) * 4;
	if (kinds.test(word)) return at + ((word << 13) >> 18) * 4;
	return null;
}

const reasons = {
	short: 'it is too short',
	loop: 'its own code jumps back to its entry, which is no call',
	symbol: 'another symbol begins in its first bytes',
	relocated: 'its first bytes are relocated when it is loaded',
} as const;

function arrange(elf: Elf, candidates: readonly Candidate[]): Arrangement {
	const refused = new Map<Candidate, string>();
	for (const candidate of candidates) {
		if (candidate.at + 4 > candidate.address + candidate.size) refused.set(candidate, reasons.short);
	}
	const byPlace = new Map<number, Candidate>();
	for (const candidate of candidates) byPlace.set(candidate.address, candidate).set(candidate.at, candidate);
	for (const {value, defined, type} of [...elf.dynamicSymbols, ...elf.symbols]) {
		const candidate = byPlace.get(value);
		// The linker's own marks, such as $x, are of no type; they stand at the beginning only.
		if (candidate === undefined || !defined || type !== 'function' || value === candidate.address) continue;
		if (!refused.has(candidate)) refused.set(candidate, reasons.symbol);
	}
	for (const {address} of elf.relocations) {
		for (const place of [address & ~3, (address & ~3) + 4]) {
			const candidate = byPlace.get(place);
			if (candidate?.at === place && address < place + 4) refused.set(candidate, reasons.relocated);
		}
	}
	for (const candidate of loops(elf, byPlace)) refused.set(candidate, reasons.loop);
	const entries = candidates.filter(candidate => !refused.has(candidate)).map(one => entryOf(one, move(one), null));
	return {entries, refused};
}

/** Those that a jump of their own, or of a part of them elsewhere, leads back to the beginning. */
function loops(elf: Elf, byPlace: ReadonlyMap<number, Candidate>): ReadonlySet<Candidate> {
	const found = new Set<Candidate>();
	const from: {readonly candidate: Candidate; readonly at: number}[] = [];
	const jumps: {readonly at: number; readonly target: number}[] = [];
	for (const {type, executable, address, offset, fileSize} of elf.segments) {
		if (type !== 'load' || !executable) continue;
		const bytes = elf.bytes.slice(offset, fileSize, 'code');
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		for (let place = (4 - (address & 3)) & 3; place + 4 <= bytes.length; place += 4) {
			const word = view.getUint32(place, true);
			const target = jumpTarget(word, address + place);
			if (target === null) continue;
			jumps.push({at: address + place, target});
			const candidate = byPlace.get(target);
			if (candidate !== undefined) from.push({candidate, at: address + place});
		}
	}
	const starts = frameStarts(elf, elf.segments);
	for (const {candidate, at} of from) {
		if (isWithin(candidate, at)) found.add(candidate);
		else if (!found.has(candidate)) {
			const index = starts.findLastIndex(start => start <= at);
			const [low, high] = [starts[index] ?? at, starts[index + 1] ?? at + 4];
			const isPart = jumps.some(jump => isWithin(candidate, jump.at) && jump.target >= low && jump.target < high);
			if (isPart) found.add(candidate);
		}
	}
	return found;
}

function isWithin({address, size}: Candidate, at: number): boolean {
	return at >= address && at < address + size;
}

function move({at, bytes}: Candidate): Moved {
	const word = wordAt(bytes, 0);
	return {length: 4, replaced: 4, encode: address => relocate(word, at, address)};
}

/** What does at `address` what the instruction does at `at`, and then goes on behind that. */
function relocate(word: number, at: number, address: number): Code {
	const code = new Assembler(address);
	const target = jumpTarget(word, at);
	const rd = word & 31;
	if (kinds.jump(word)) code.branch(0x1400_0000, target ?? at);
	else if (kinds.call(word)) code.branch(0x9400_0000, at + ((word << 6) >> 6) * 4);
	else if (target !== null) {
		// Over the jump back that follows, to a branch that reaches farther.
		const skip = kinds.test(word) ? (word & 0xfff8_001f) | (2 << 5) : (word & 0xff00_001f) | (2 << 5);
		code.word(skip);
		code.branch(0x1400_0000, at + 4);
		code.branch(0x1400_0000, target);
	} else if (kinds.adr(word) || kinds.adrp(word)) {
		const immediate = (((word << 8) >> 13) << 2) | ((word >>> 29) & 3);
		const value = kinds.adr(word) ? at + immediate : Math.floor(at / 4096) * 4096 + immediate * 4096;
		code.loadAddress(rd, value);
	} else if (kinds.load(word)) relocateLoad(word, at, code);
	else code.word(word);
	code.branch(0x1400_0000, at + 4);
	return code.finish();
}

/** An address goes through the register itself; a vector register needs another for it, kept on the stack. */
function relocateLoad(word: number, at: number, code: Assembler): void {
	const value = at + ((word << 8) >> 13) * 4;
	const rt = word & 31;
	const size = word >>> 30;
	const vector = ((word >>> 26) & 1) === 1;
	if (!vector && size === 3) return; // PRFM, a hint
	if (!vector && rt !== 31) {
		code.loadAddress(rt, value);
		// LDR Wt, LDR Xt, LDRSW, with [Xt]
		code.word(((size === 0 ? 0xb940_0000 : size === 1 ? 0xf940_0000 : 0xb980_0000) | (rt << 5) | rt) >>> 0);
		return;
	}
	code.word(0xf81f_0ff0); // str x16, [sp, #-16]!
	code.loadAddress(16, value);
	const load = vector ? [0xbd40_0000, 0xfd40_0000, 0x3dc0_0000][size] : 0xf940_0000;
	code.word(((load ?? 0xfd40_0000) | (16 << 5) | rt) >>> 0);
	code.word(0xf841_07f0); // ldr x16, [sp], #16
}

/** Words that stand at an address, and behind them the addresses that they load. */
class Assembler {
	readonly #words: number[] = [];
	readonly #branches: number[] = [];
	readonly #literals: {readonly from: number; readonly value: number}[] = [];

	constructor(private readonly address: number) {}

	get size(): number {
		return this.#words.length * 4;
	}

	word(word: number): void {
		this.#words.push(word >>> 0);
	}

	/** B or BL to a place of the core. */
	branch(opcode: number, target: number): void {
		this.#branches.push(this.size);
		this.word(opcode | (((target - (this.address + this.size)) / 4) & 0x03ff_ffff));
	}

	/** B to a place of this code. */
	jump(offset: number): void {
		this.word(0x1400_0000 | (((offset - this.size) / 4) & 0x03ff_ffff));
	}

	/** LDR of a literal that holds an address of the core. */
	loadAddress(register: number, value: number): void {
		this.#literals.push({from: this.#words.length, value});
		this.word(0x5800_0000 | register);
	}

	finish(): Code {
		// A double word is loaded from a multiple of eight.
		const padding = (this.address + this.size) % 8 === 0 || this.#literals.length === 0 ? 0 : 4;
		const bytes = new Uint8Array(this.size + padding + this.#literals.length * 8);
		const view = new DataView(bytes.buffer);
		const fixups: Fixup[] = this.#branches.map(offset => ({offset, kind: 'branch-26'}));
		for (const [index, {from, value}] of this.#literals.entries()) {
			const at = this.size + padding + index * 8;
			this.#words[from] = ((this.#words[from] ?? 0) | (((at - from * 4) / 4) << 5)) >>> 0;
			view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
			fixups.push({offset: at, kind: 'absolute-64'});
		}
		for (const [index, word] of this.#words.entries()) view.setUint32(index * 4, word, true);
		return {bytes, fixups};
	}
}

/** In native/ledger.h: the header, a row, and the first bypassed number in a row. */
const [headerSize, rowSize, bypassedAt] = [128, 64, 32];

/**
 * The counter; what the override forwards to: the landing pad's twin, which may sign the return address and so must not
 * run twice; the moved instruction.
 */
function stub({slot, landingPad, moved}: Entry, address: number, codeAddress: number): Stub {
	const counter = new Assembler(address);
	const row = headerSize + (slot ?? 0) * rowSize + bypassedAt;
	counter.word(0xa9be_47f0); // stp x16, x17, [sp, #-32]!
	counter.word(0xf900_0bfe); // str x30, [sp, #16]
	counter.word(0x5280_0011 | ((row & 0xffff) << 5)); // movz w17, #low
	counter.word(0x72a0_0011 | ((row >>> 16) << 5)); // movk w17, #high, lsl #16
	counter.word(0x5800_0010 | ((((codeAddress - (address + counter.size)) / 4) & 0x7_ffff) << 5)); // ldr x16, counter
	counter.word(0xd63f_0200); // blr x16
	counter.word(0xf940_0bfe); // ldr x30, [sp, #16]
	counter.word(0xa8c2_47f0); // ldp x16, x17, [sp], #32
	const behind = counter.size + 4;
	const begin = behind + landingPad.length;
	counter.jump(begin);
	const instructions = moved.encode(address + begin);
	const bytes = new Uint8Array(begin + instructions.bytes.length);
	bytes.set(counter.finish().bytes);
	bytes.set(landingPad, behind);
	bytes.set(instructions.bytes, begin);
	const fixups = instructions.fixups.map(fixup => ({...fixup, offset: fixup.offset + begin}));
	// A call that was moved returns to the word behind it.
	return {bytes, fixups, behind, back: begin + 4};
}

/** 64 MiB away, for a branch reaches 128. */
function preferred({header, segments}: Elf): number {
	const loaded = segments.filter(({type}) => type === 'load');
	const distance = 64 * 2 ** 20;
	const page = 2 ** 16;
	if (header.type === 'executable') {
		return Math.ceil(Math.max(...loaded.map(({address, memorySize}) => address + memorySize)) / page) * page + distance;
	}
	return Math.floor(Math.min(...loaded.map(({address}) => address)) / page) * page - distance;
}
