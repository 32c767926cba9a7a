/** This file decodes the s390x instructions that refer to functions. */

import type {CodeRange, CodeVisitor, Decode} from './code.js';
import {KnownRegisters} from './known-registers.js';
import {walk} from './walk.js';

export const decodeS390x: Decode = (ranges, starts, _options, visitor) => {
	for (const range of ranges) decodeRange(range, starts, visitor);
};

function decodeRange({address, bytes}: CodeRange, starts: readonly number[], visitor: CodeVisitor): void {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const registers = new KnownRegisters();
	// The last byte alone is no instruction.
	walk({from: address + (address & 1), end: address + bytes.length - 1, starts, registers}, at => {
		const offset = at - address;
		const size = sizeOf(bytes[offset] as number);
		if (offset + size > bytes.length) return null;
		decodeOne(view, offset, size, at, registers, visitor);
		return size;
	});
}

/** The first two bits of an instruction tell how many bytes it has. */
export function sizeOf(first: number): 2 | 4 | 6 {
	return first < 0x40 ? 2 : first < 0xc0 ? 4 : 6;
}

/** Opcodes are from the Principles of Operation, appendix B. */
function decodeOne(
	view: DataView,
	offset: number,
	size: 2 | 4 | 6,
	at: number,
	registers: KnownRegisters,
	visitor: CodeVisitor,
): void {
	const [first, second] = [view.getUint8(offset), view.getUint8(offset + 1)];
	const r1 = second >>> 4;
	const branch = branchOfS390x(view, offset, at);
	if (branch !== null) {
		visitor.direct(at, branch.target, branch.isCall);
		if (branch.isCall) registers.forget(...overwrittenOnS390x);
		else {
			registers.forget(...branch.counts);
			registers.branch(at, branch.target);
			if (branch.isAlways) registers.stop();
		}
		return;
	}
	switch (first) {
		// BASR, BCR
		case 0x0d:
		case 0x07:
			branchToRegister(first === 0x0d, r1, second & 15, at, registers, visitor);
			return;
		case 0xc0:
			// LARL
			if ((second & 15) !== 0) break;
			registers.setAddress(r1, at + view.getInt32(offset + 2) * 2);
			visitor.address(at, at + view.getInt32(offset + 2) * 2);
			return;
		case 0xc4:
			// LGRL
			if ((second & 15) !== 8) break;
			registers.setContent(r1, at + view.getInt32(offset + 2) * 2);
			return;
		case 0xe3:
			if (decodeE3(view, offset, at, r1, registers, visitor)) return;
			break;
		case 0xb9:
			// LGR
			if (second !== 0x04) break;
			registers.move(view.getUint8(offset + 3) >>> 4, view.getUint8(offset + 3) & 15);
			return;
		case 0x41: {
			// LA
			const displacement = view.getUint16(offset + 2) & 0xfff;
			takeSum(at, r1, second & 15, view.getUint8(offset + 2) >>> 4, displacement, registers, visitor);
			return;
		}
	}
	registers.forget(...writtenOnS390x(view, offset, size));
}

/** LG reads a word, LAY computes an address. */
function decodeE3(
	view: DataView,
	offset: number,
	at: number,
	r1: number,
	registers: KnownRegisters,
	visitor: CodeVisitor,
): boolean {
	const index = view.getUint8(offset + 1) & 15;
	const base = view.getUint8(offset + 2) >>> 4;
	const displacement = (view.getUint16(offset + 2) & 0xfff) + view.getInt8(offset + 4) * 4096;
	switch (view.getUint8(offset + 5)) {
		case 0x04: {
			const sum = index === 0 && base !== 0 ? registers.address(base) : undefined;
			registers.setContent(r1, sum === undefined ? undefined : sum + displacement);
			return true;
		}
		case 0x71:
			takeSum(at, r1, index, base, displacement, registers, visitor);
			return true;
		default:
			return false;
	}
}

/** Register 0 as a base or index is none. */
function takeSum(
	at: number,
	r1: number,
	index: number,
	base: number,
	displacement: number,
	registers: KnownRegisters,
	visitor: CodeVisitor,
): void {
	const known = index === 0 && base !== 0 ? registers.address(base) : undefined;
	registers.setAddress(r1, known === undefined ? undefined : known + displacement);
	if (known !== undefined) visitor.address(at, known + displacement);
}

function branchToRegister(
	isCall: boolean,
	mask: number,
	register: number,
	at: number,
	registers: KnownRegisters,
	visitor: CodeVisitor,
): void {
	// BASR with register 0 takes the address of the next instruction; BCR with it, or without a condition, does nothing.
	if (register === 0 || (!isCall && mask === 0)) {
		if (isCall) registers.forget(mask);
		return;
	}
	const slot = registers.content(register);
	if (slot !== undefined) visitor.indirect(at, slot, isCall);
	if (isCall) registers.forget(...overwrittenOnS390x);
	else if (mask === always) registers.stop();
}

export interface S390xBranch {
	readonly target: number;
	readonly isCall: boolean;
	readonly isAlways: boolean;
	/** Registers that it counts down. */
	readonly counts: readonly number[];
	/** Registers that it compares, in a pair. */
	readonly compares: readonly number[];
}

/** Null for what does not branch straight to an address, or never branches. */
export function branchOfS390x(view: DataView, offset: number, at: number): S390xBranch | null {
	const [first, second] = [view.getUint8(offset), view.getUint8(offset + 1)];
	const [r1, low] = [second >>> 4, second & 15];
	const make = (distance: number, more: Partial<S390xBranch> = {}): S390xBranch => {
		return {target: at + distance * 2, isCall: false, isAlways: false, counts: [], compares: [], ...more};
	};
	const short = () => view.getInt16(offset + 2);
	const long = () => view.getInt32(offset + 2);
	switch (first) {
		// BRASL, BRCL
		case 0xc0:
			if (low === 5) return make(long(), {isCall: true});
			return low === 4 && r1 !== 0 ? make(long(), {isAlways: r1 === always}) : null;
		// BRCTH
		case 0xcc:
			return low === 6 ? make(long(), {counts: [r1]}) : null;
		// BRAS, BRC, BRCT, BRCTG
		case 0xa7:
			if (low === 5) return make(short(), {isCall: true});
			if (low === 4) return r1 === 0 ? null : make(short(), {isAlways: r1 === always});
			return low === 6 || low === 7 ? make(short(), {counts: [r1]}) : null;
		// BRXH, BRXLE
		case 0x84:
		case 0x85:
			return make(short(), {counts: [r1]});
		case 0xec:
			switch (view.getUint8(offset + 5)) {
				// BRXHG, BRXLG
				case 0x44:
				case 0x45:
					return make(short(), {counts: [r1]});
				// CGRJ, CLGRJ, CRJ, CLRJ
				case 0x64:
				case 0x65:
				case 0x76:
				case 0x77:
					return make(short(), {compares: [r1, low]});
				// CGIJ, CLGIJ, CIJ, CLIJ
				case 0x7c:
				case 0x7d:
				case 0x7e:
				case 0x7f:
					return make(short());
				default:
					return null;
			}
		default:
			return null;
	}
}

/** The mask of a branch that asks for no condition. */
const always = 15;

/** r0 to r5, and r14, which holds the return address. */
export const overwrittenOnS390x: readonly number[] = [0, 1, 2, 3, 4, 5, 14];

/**
 * The general registers that an instruction of no other concern may write: more rather than fewer. Where formats differ in
 * where they name the first operand, both places are taken.
 */
export function writtenOnS390x(view: DataView, offset: number, size: 2 | 4 | 6): readonly number[] {
	const [first, second] = [view.getUint8(offset), view.getUint8(offset + 1)];
	const r1 = second >>> 4;
	// LM, LMH, LMG and LMY load all from one register to another.
	const isMany = first === 0x98 || (first === 0xeb && manyLoads.has(view.getUint8(offset + 5)));
	if (isMany) return between(r1, second & 15);
	if (size === 2) return pairs.has(first) ? [...pair(r1), ...pair(second & 15)] : [r1];
	if (size === 6) return pairs.has((first << 8) | view.getUint8(offset + 5)) || first === 0xc8 ? pair(r1) : [r1];
	if (first !== 0xb2 && first !== 0xb3 && first !== 0xb9)
		return pairs.has(first) ? [...pair(r1), ...pair(second & 15)] : [r1];
	const operands = view.getUint8(offset + 3);
	const isPair = first === 0xb2 || (first === 0xb9 && (second >= 0x8d || pairs.has((first << 8) | second)));
	return isPair ? [...pair(operands >>> 4), ...pair(operands & 15)] : [operands >>> 4];
}

function pair(register: number): readonly number[] {
	return [register, (register + 1) & 15];
}

/** What writes a register and the one behind it: multiplications, divisions, double shifts, strings. By opcode, or by its two halves. */
const pairs: ReadonlySet<number> = new Set([
	...[0x0e, 0x0f, 0x1c, 0x1d, 0x5c, 0x5d, 0x8c, 0x8d, 0x8e, 0x8f, 0xa8, 0xa9],
	...[0xe386, 0xe387, 0xe30d, 0xe31d, 0xe396, 0xe397, 0xe38f, 0xeb3e, 0xeb8e, 0xeb8f],
	...[0xb986, 0xb987, 0xb90d, 0xb91d, 0xb996, 0xb997],
]);

const manyLoads: ReadonlySet<number> = new Set([0x04, 0x96, 0x98]);

function between(from: number, to: number): readonly number[] {
	const registers = [from];
	for (let register = from; register !== to; registers.push(register)) register = (register + 1) & 15;
	return registers;
}
