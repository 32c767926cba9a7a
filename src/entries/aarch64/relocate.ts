/** This file displaces the first instruction of an aarch64 function: encodes what it does for another place. */

import type {Candidate, Code, Displaced, Fixup, Redirected} from '../entry.js';

export function displace({at, bytes}: Candidate): Displaced {
	const word = wordAt(bytes, 0);
	return {
		length: 4,
		overwritten: 4,
		calls: callTarget(word, at) !== null,
		flagsDead: false,
		encode: (address, redirected) => relocate(word, at, address, redirected),
	};
}

/** What does at `address` what the instruction does at `at`, and then goes on behind that. */
function relocate(word: number, at: number, address: number, redirected: Redirected): Code {
	const code = new Assembler(address);
	const target = jumpTarget(word, at);
	const rd = word & 31;
	const beside = redirected(at);
	if (beside !== null) code.branchBeside(word, beside);
	else if (kinds.jump(word)) code.branch(0x1400_0000, target ?? at);
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
export class Assembler {
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

	/** B or BL to a place of the interpreter. */
	branch(opcode: number, target: number): void {
		this.#branches.push(this.size);
		this.word(opcode | (((target - (this.address + this.size)) / 4) & 0x03ff_ffff));
	}

	/** B or BL, whichever `word` is, to a place among the stubs: it is as far away wherever they stand. */
	branchBeside(word: number, target: number): void {
		this.word((word & 0xfc00_0000) | (((target - (this.address + this.size)) / 4) & 0x03ff_ffff));
	}

	/** B to a place of this code. */
	jump(offset: number): void {
		this.word(0x1400_0000 | (((offset - this.size) / 4) & 0x03ff_ffff));
	}

	/** LDR of a literal that holds an address of the interpreter. */
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

export function wordAt(bytes: Uint8Array, offset: number): number {
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

/** Where a BL goes; null for any other instruction. */
export function callTarget(word: number, at: number): number | null {
	return kinds.call(word) ? at + ((word << 6) >> 6) * 4 : null;
}

/** Where a direct branch that is no call goes; null for any other instruction. */
export function jumpTarget(word: number, at: number): number | null {
	if (kinds.jump(word)) return at + ((word << 6) >> 6) * 4;
	if (kinds.near(word)) return at + ((word << 8) >> 13) * 4;
	if (kinds.test(word)) return at + ((word << 13) >> 18) * 4;
	return null;
}
