/** This file decodes the aarch64 instructions that refer to functions; every instruction is one word. */

import type {CodeRange, CodeVisitor, Decode} from './code.js';

export const decodeAarch64: Decode = (ranges, starts, _options, visitor) => {
	for (const range of ranges) decodeRange(range, new Set(starts), visitor);
};

// An address is built in two steps, ADRP for its page and ADD or LDR for the rest, so what each register is known to
// hold is followed in a straight line. What a branch brings in is not: compilers keep the two steps together.
function decodeRange({address, bytes}: CodeRange, starts: ReadonlySet<number>, visitor: CodeVisitor): void {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const registers = new Registers();
	for (let offset = (4 - (address & 3)) & 3; offset + 4 <= bytes.length; offset += 4) {
		const at = address + offset;
		if (starts.has(at)) registers.forget();
		// Instructions are little-endian on big-endian machines too.
		decodeWord(view.getUint32(offset, true), at, registers, visitor);
	}
}

/** What the registers hold: a page or address, or the content of a memory word. */
class Registers {
	readonly #addresses: (number | undefined)[] = new Array(32).fill(undefined);
	readonly #loads: (number | undefined)[] = new Array(32).fill(undefined);

	forget(): void {
		this.#addresses.fill(undefined);
		this.#loads.fill(undefined);
	}

	address(register: number): number | undefined {
		return this.#addresses[register];
	}

	/** The address of the word that it was loaded from. */
	load(register: number): number | undefined {
		return this.#loads[register];
	}

	set(register: number, address?: number, load?: number): void {
		// Register 31 is the stack pointer or zero, never an address that we follow.
		if (register === 31) return;
		this.#addresses[register] = address;
		this.#loads[register] = load;
	}
}

/** Masks and values are from the Arm architecture reference manual, chapter C4. */
function decodeWord(word: number, at: number, registers: Registers, visitor: CodeVisitor): void {
	const rd = word & 31;
	const rn = (word >>> 5) & 31;
	const target = targetOfBranch(word, at);
	if (target !== null) {
		visitor.direct(at, target, is(word, 0xfc00_0000, 0x9400_0000));
	} else if (is(word, 0xfe00_0000, 0xd600_0000)) {
		branchToRegister(word, at, rn, registers, visitor);
	} else if (is(word, 0x9f00_0000, 0x9000_0000)) {
		registers.set(rd, pageOfAdrp(word, at));
	} else if (is(word, 0x9f00_0000, 0x1000_0000)) {
		// ADR
		const target = at + immediate21(word);
		registers.set(rd, target);
		visitor.address(at, target);
	} else if (is(word, 0xff80_0000, 0x9100_0000)) {
		// ADD, 64 bits, immediate
		const page = registers.address(rn);
		const scale = is(word, 0x0040_0000, 0) ? 1 : 4096;
		const target = page === undefined ? undefined : page + ((word >>> 10) & 0xfff) * scale;
		registers.set(rd, target);
		if (target !== undefined) visitor.address(at, target);
	} else if (is(word, 0xffc0_0000, 0xf940_0000)) {
		// LDR, 64 bits, unsigned offset
		const page = registers.address(rn);
		registers.set(rd, undefined, page === undefined ? undefined : page + ((word >>> 10) & 0xfff) * 8);
	} else if (is(word, 0xffe0_ffe0, 0xaa00_03e0)) {
		// MOV, 64 bits, register
		const rm = (word >>> 16) & 31;
		registers.set(rd, registers.address(rm), registers.load(rm));
	} else {
		for (const register of registersWritten(word)) registers.set(register);
	}
}

/** Null for what does not branch straight to an address. */
export function targetOfBranch(word: number, at: number): number | null {
	// B, BL
	if (is(word, 0x7c00_0000, 0x1400_0000)) return at + ((word << 6) >> 6) * 4;
	// B.cond and BC.cond, CBZ, CBNZ
	if (is(word, 0xff00_0000, 0x5400_0000) || is(word, 0x7e00_0000, 0x3400_0000)) return at + ((word << 8) >> 13) * 4;
	// TBZ, TBNZ
	return is(word, 0x7e00_0000, 0x3600_0000) ? at + ((word << 13) >> 18) * 4 : null;
}

/** The address of the page that an ADRP names. */
export function pageOfAdrp(word: number, at: number): number {
	return (Math.floor(at / 4096) + immediate21(word)) * 4096;
}

export function is(word: number, mask: number, value: number): boolean {
	return (word & mask) >>> 0 === value;
}

/** BR and BLR, with or without pointer authentication; RET goes nowhere that we could name. */
function branchToRegister(word: number, at: number, rn: number, registers: Registers, visitor: CodeVisitor): void {
	const operation = (word >>> 21) & 0b11;
	if (operation > 1) return;
	const slot = registers.load(rn);
	if (slot !== undefined) visitor.indirect(at, slot, operation === 1);
}

export function immediate21(word: number): number {
	return ((word << 8) >> 13) * 4 + ((word >>> 29) & 3);
}

/** The general registers that an instruction of no other concern writes. */
export function registersWritten(word: number): readonly number[] {
	const rd = word & 31;
	// Hints, barriers and MSR write none; a vector instruction writes another register file.
	if (is(word, 0xffe0_0000, 0xd500_0000)) return [];
	if (is(word, 0x0e00_0000, 0x0e00_0000)) return writesGeneral(word) ? [rd] : [];
	return is(word, 0x0a00_0000, 0x0800_0000) ? writtenByMemoryAccess(word, rd) : [rd];
}

/** FMOV and FCVT to a general register, SMOV and UMOV. */
function writesGeneral(word: number): boolean {
	return is(word, 0x5f20_fc00, 0x1e20_0000) || is(word, 0xbfe0_f400, 0x0e00_2400);
}

function writtenByMemoryAccess(word: number, rt: number): readonly number[] {
	const isVector = is(word, 0x0400_0000, 0x0400_0000);
	const rt2 = (word >>> 10) & 31;
	const base = (word >>> 5) & 31;
	if (is(word, 0x3a00_0000, 0x2800_0000)) {
		// Pairs: bit 22 tells a load, bit 23 that the base is written back.
		const loaded = is(word, 0x0040_0000, 0x0040_0000) && !isVector ? [rt, rt2] : [];
		return is(word, 0x0080_0000, 0x0080_0000) ? [...loaded, base] : loaded;
	}
	// Exclusive and ordered: a load writes Rt and Rt2, a store its status register, compare-and-swap Rs.
	if (is(word, 0x3f00_0000, 0x0800_0000)) return [rt, rt2, (word >>> 16) & 31];
	if (is(word, 0x3b00_0000, 0x1800_0000)) return isVector ? [] : [rt];
	// Atomic operations load the old value, whatever their opc field says.
	const isLoad = !is(word, 0x00c0_0000, 0) || is(word, 0x3b20_0c00, 0x3820_0000);
	const loaded = isLoad && !isVector ? [rt] : [];
	return is(word, 0x3b20_0400, 0x3800_0400) ? [...loaded, base] : loaded;
}
