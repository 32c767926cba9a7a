/** This file decodes the ppc64le instructions that refer to functions. Every instruction is one word, but for those with a prefix. */

import type {CodeRange, CodeVisitor, Decode} from './code.js';
import {KnownRegisters} from './known-registers.js';

/** `toc` is what r2 holds throughout the object's code. */
export function decoderOfPpc64le(toc: number): Decode {
	return (ranges, starts, _options, visitor) => {
		const known = new Set(starts);
		for (const range of ranges) decodeRange(range, known, toc, visitor);
	};
}

function decodeRange(
	{address, bytes}: CodeRange,
	starts: ReadonlySet<number>,
	toc: number,
	visitor: CodeVisitor,
): void {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const registers = new KnownRegisters();
	registers.setAddress(r2, toc);
	for (let offset = (4 - (address & 3)) & 3; offset + 4 <= bytes.length; offset += 4) {
		const at = address + offset;
		if (starts.has(at)) registers.begin();
		registers.reach(at);
		registers.setAddress(r2, toc);
		const word = view.getUint32(offset, true);
		if (word >>> 26 !== prefix) {
			decodeWord(word, at, registers, visitor);
		} else if (offset + 8 <= bytes.length) {
			decodePrefixed(word, view.getUint32(offset + 4, true), at, registers, visitor);
			offset += 4;
		}
	}
}

const r2 = 2;
/** The count register is kept beside the general ones. */
const ctr = 32;
/** The primary opcode of the first word of two. */
const prefix = 1;

/** Opcodes are from the Power ISA, book I and appendix "Opcode Maps". */
function decodeWord(word: number, at: number, registers: KnownRegisters, visitor: CodeVisitor): void {
	const [rt, ra, rb] = fieldsOf(word);
	const lower = (word << 16) >> 16;
	const branch = branchOfPpc64(word, at);
	if (branch !== null) {
		visitor.direct(at, branch.target, branch.isCall);
		if (branch.isCall) registers.forget(...overwrittenOnPpc64);
		else {
			if (branch.countsDown) registers.forget(ctr);
			registers.branch(at, branch.target);
			if (branch.isAlways) registers.stop();
		}
		return;
	}
	switch (word >>> 26) {
		case 14:
		case 15: {
			// ADDI, ADDIS; of register 0 they load a number.
			const base = ra === 0 ? undefined : registers.address(ra);
			const sum = base === undefined ? undefined : base + (word >>> 26 === 15 ? lower * 0x1_0000 : lower);
			registers.setAddress(rt, sum);
			if (sum !== undefined && word >>> 26 === 14) visitor.address(at, sum);
			return;
		}
		case 19:
			branchToRegister(word, at, registers, visitor);
			return;
		case 31:
			if (isMove(word)) registers.move(ra, rt);
			else if (isMtctr(word)) registers.move(ctr, rt);
			else if (!isCompare(word)) registers.forget(rt, ra);
			return;
		case 58: {
			const base = registers.address(ra);
			// LD; LDU and LWA are told by the last bits.
			const isLoad = (word & 3) === 0 && base !== undefined && ra !== 0;
			registers.setContent(rt, isLoad ? base + lower : undefined);
			if ((word & 3) === 1) registers.forget(ra);
			return;
		}
	}
	registers.forget(...registersWritten(word, rt, ra, rb));
}

export function fieldsOf(word: number): readonly [rt: number, ra: number, rb: number] {
	return [(word >>> 21) & 31, (word >>> 16) & 31, (word >>> 11) & 31];
}

export interface Ppc64Branch {
	readonly target: number;
	readonly isCall: boolean;
	readonly isAlways: boolean;
	readonly countsDown: boolean;
}

/** Null for what does not branch straight to an address. Branches to absolute addresses are for systems of another kind. */
export function branchOfPpc64(word: number, at: number): Ppc64Branch | null {
	if ((word & 2) !== 0) return null;
	const isCall = (word & 1) === 1;
	switch (word >>> 26) {
		case 18:
			return {target: at + ((word << 6) >> 8) * 4, isCall, isAlways: true, countsDown: false};
		case 16: {
			const how = (word >>> 21) & 31;
			return {
				target: at + ((word << 16) >> 18) * 4,
				isCall,
				isAlways: (how & 0b10100) === 0b10100,
				countsDown: (how & 0b00100) === 0,
			};
		}
		default:
			return null;
	}
}

/** BCLR goes back to the caller, BCCTR where the count register says. */
function branchToRegister(word: number, at: number, registers: KnownRegisters, visitor: CodeVisitor): void {
	const operation = (word >>> 1) & 0x3ff;
	if (operation !== bclr && operation !== bcctr) return;
	const isCall = (word & 1) === 1;
	if (operation === bcctr) {
		const slot = registers.content(ctr);
		if (slot !== undefined) visitor.indirect(at, slot, isCall);
	}
	if (isCall) registers.forget(...overwrittenOnPpc64);
	else if (((word >>> 21) & 0b10100) === 0b10100) registers.stop();
}

export const [bclr, bcctr] = [16, 528];

/** r0, r3 to r12 and the count register. */
export const overwrittenOnPpc64: readonly number[] = [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, ctr];

/** OR of a register with itself. */
function isMove(word: number): boolean {
	const [rs, , rb] = fieldsOf(word);
	return (word & 0x7ff) === 444 * 2 && rs === rb;
}

function isMtctr(word: number): boolean {
	return (word & 0xfc1f_ffff) >>> 0 === 0x7c09_03a6;
}

/** CMP and CMPL. */
export function isCompare(word: number): boolean {
	const operation = (word >>> 1) & 0x3ff;
	return word >>> 26 === 31 && (operation === 0 || operation === 32);
}

/** Of an instruction of no other concern; of primary opcode 31 and of vectors more rather than fewer. */
function registersWritten(word: number, rt: number, ra: number, rb: number): readonly number[] {
	const opcode = word >>> 26;
	if (opcode === 31 || opcode === 4) return [rt, ra, rb];
	if (logical.has(opcode)) return [ra];
	// Stores, and loads into the other register files, write back at most: those of an odd opcode, and STDU.
	const isStore = opcode >= 36 && opcode <= 62 && !generalLoads.has(opcode);
	if (isStore) return (opcode <= 55 && opcode % 2 === 1) || (opcode === 62 && (word & 3) === 1) ? [ra] : [];
	return comparisons.has(opcode) ? [] : [rt, ra];
}

/** Rotations but for RLWIMI, which keeps a part of what it writes; ORI, ORIS, XORI, XORIS, ANDI, ANDIS: the result is named second. */
export const logical: ReadonlySet<number> = new Set([21, 23, 24, 25, 26, 27, 28, 29, 30]);
/** LWZ, LWZU, LBZ, LBZU, LHZ, LHZU, LHA, LHAU, LD and its like. */
export const generalLoads: ReadonlySet<number> = new Set([32, 33, 34, 35, 40, 41, 42, 43, 58]);
/** CMPLI, CMPI, SC. */
const comparisons: ReadonlySet<number> = new Set([10, 11, 17]);

/** PLA and PLD: 34 bits of distance from the instruction itself, where the bit R says so. */
function decodePrefixed(
	first: number,
	second: number,
	at: number,
	registers: KnownRegisters,
	visitor: CodeVisitor,
): void {
	const [rt, ra, rb] = fieldsOf(second);
	const isRelative = (first & 0x0010_0000) !== 0 && ra === 0;
	const target = at + ((first << 14) >> 14) * 0x1_0000 + (second & 0xffff);
	const opcode = second >>> 26;
	if (isRelative && opcode === 14) {
		registers.setAddress(rt, target);
		visitor.address(at, target);
	} else if (isRelative && opcode === 57) {
		registers.setContent(rt, target);
	} else {
		registers.forget(rt, ra, rb);
	}
}

/** `addis r2, r12, upper; addi r2, r2, lower`, with which a function begins that others call. */
export function isPreamblePpc64le(bytes: Uint8Array, size: number): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return size === 8 && view.getUint16(2, true) === 0x3c4c && view.getUint16(6, true) === 0x3842;
}
