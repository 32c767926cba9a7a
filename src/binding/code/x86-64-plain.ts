/**
 * This file decodes the x86-64 instructions that compilers write most, as far as references are concerned: how long one is, and where it
 * leads. What it does not know for certain it leaves to iced-x86, which takes ten times as long for each.
 */

import {bits, plainForms, plainPrefixes} from './x86-64-plain-forms.js';

/** The kinds of an instruction: `unknown` is left to iced-x86, and `other` refers to nothing. */
export const unknown = 0;
export const other = 1;
/** A call, or a jump conditional or not, by a distance: the last byte of the instruction, or the last four. */
export const direct = 2;
/** A call or a jump to what a word in memory holds, and `lea`: of a place whose distance is the last four bytes. */
export const indirect = 3;
export const lea = 4;
/** It has an operand of more than a byte, and so perhaps an address where code is for a fixed one; it refers to nothing otherwise. */
export const immediate = 5;

/** Of the last instruction that was decoded. One place for all: an object for each costs more than to decode it. */
export const decoded = {
	length: 0,
	isCall: false,
	isShort: false,
	/** How far into the bytes its displacement of four bytes stands; -1 where it has none. And whether that is from the next instruction. */
	displacementAt: -1,
	isFromNext: false,
};

/** No instruction is longer, and so many bytes must stand from `at` on. */
export const longestInstruction = 15;

const forms = plainForms();
const {modrm: hasModrm, memory, registers, byte: hasByte, word: hasWord, whole: hasWhole, branch, firstRegister} = bits;

/** The kind of the instruction at `at`; `decoded` has the rest, but of an `unknown` one. */
export function decodePlain(bytes: Uint8Array, at: number): number {
	let next = at;
	let byte = bytes[next] as number;
	let is16 = false;
	let isWide = false;
	decoded.displacementAt = -1;
	let prefix: number = plainPrefixes.none;
	// Segments change nothing here: CS pads, and FS and GS hold what is a thread's own.
	while (byte === 0x66 || byte === 0x2e || byte === 0x64 || byte === 0x65) {
		if (byte === 0x66) {
			is16 = true;
			prefix = plainPrefixes.short;
		}
		next += 1;
		if (next - at > mostPrefixes) return unknown;
		byte = bytes[next] as number;
	}
	if (byte === 0xf3 || byte === 0xf2) {
		if (is16) return unknown;
		prefix = byte === 0xf3 ? plainPrefixes.repeat : plainPrefixes.repeatNot;
		next += 1;
		byte = bytes[next] as number;
	}
	if ((byte & 0xf0) === 0x40) {
		isWide = (byte & 8) !== 0;
		next += 1;
		byte = bytes[next] as number;
	}
	const hasPrefix = next > at;
	next += 1;
	let opcode = byte;
	if (byte === 0x0f) {
		opcode = 0x100 | (bytes[next] as number);
		next += 1;
	}
	const form = forms[(prefix << 9) | opcode] as number;
	if (form === 0) return unknown;
	let kind = other;
	if ((form & hasModrm) !== 0) {
		const modrm = bytes[next] as number;
		const register = (modrm >> 3) & 7;
		const mode = modrm >> 6;
		if ((form & (firstRegister << register)) === 0 || (form & (mode === 3 ? memory : registers)) !== 0) return unknown;
		next += 1;
		const base = modrm & 7;
		if (mode !== 3) {
			if (base === 4) {
				if (mode === 0 && ((bytes[next] as number) & 7) === 5) {
					decoded.displacementAt = next + 1;
					decoded.isFromNext = false;
					next += 4;
				}
				next += 1;
			} else if (mode === 0 && base === 5) {
				decoded.displacementAt = next;
				decoded.isFromNext = true;
				next += 4;
				if (opcode === 0x8d) kind = lea;
				else if (opcode === 0xff && (register === 2 || register === 4)) {
					kind = indirect;
					decoded.isCall = register === 2;
				}
			}
			if (mode === 1) next += 1;
			else if (mode === 2) {
				decoded.displacementAt = next;
				decoded.isFromNext = false;
				next += 4;
			}
		}
		// TEST, alone of its group, has an operand behind.
		if (register === 0 && opcode === 0xf6) next += 1;
		else if (register === 0 && opcode === 0xf7) next += is16 && !isWide ? 2 : 4;
	} else if ((form & branch) !== 0) {
		if (hasPrefix) return unknown;
		kind = direct;
		decoded.isCall = opcode === 0xe8;
		decoded.isShort = (form & hasByte) !== 0;
	}
	if ((form & hasByte) !== 0) next += 1;
	else if ((form & (hasWord | hasWhole)) !== 0) {
		if (kind === other) kind = immediate;
		next += (form & hasWhole) !== 0 && isWide ? 8 : is16 && !isWide ? 2 : 4;
	}
	decoded.length = next - at;
	return decoded.length > longestInstruction ? unknown : kind;
}

/** Assemblers pad by several at most, and more would leave no room for what they stand before. */
const mostPrefixes = 8;
