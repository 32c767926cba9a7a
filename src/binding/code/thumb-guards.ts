/** This file tells whether an address that Thumb code takes is only compared, as a guard of speculative devirtualization does. */

import type {OnlyCompares} from './code.js';
import {type AddressFate, isOnlyCompared} from './follow-address.js';
import {branchOfThumb, isWide} from './thumb.js';

/** `at` is the `add register, pc` that completes the address. In the instruction set ARM, nothing is followed: its addresses count as taken. */
export const onlyComparesThumb: OnlyCompares = (code, at) => {
	const view = new DataView(code.bytes.buffer, code.bytes.byteOffset, code.bytes.byteLength);
	const half = (address: number) => view.getUint16(address - code.start, true);
	const take = half(at);
	if ((take & 0xff78) !== 0x4478) return false;
	const register = (take & 7) | ((take >>> 4) & 8);
	return isOnlyCompared(code, at + 2, (address, isCompared) => {
		const first = half(address);
		const second = isWide(first) ? half(address + 2) : null;
		return {
			fate:
				second === null ? fateOfNarrow(first, register, isCompared) : fateOfWide(first, second, register, isCompared),
			successors: () => successorsOf(first, second, address),
		};
	});
};

/** r0 to r3 pass arguments, r0 and r1 return values; calls overwrite them. */
const lastParameter = 3;

function fateOfNarrow(half: number, register: number, isCompared: boolean): AddressFate {
	const is = (mask: number, value: number) => (half & mask) === value;
	const [low, middle, eight] = [half & 7, (half >>> 3) & 7, (half >>> 8) & 7];
	const [rd, rm] = [low | ((half >>> 4) & 8), (half >>> 3) & 15];
	if (is(0xffc0, 0x4280)) return low === register || middle === register ? 'compared' : 'kept';
	if (is(0xff00, 0x4500)) return rd === register || rm === register ? 'compared' : 'kept';
	if (is(0xf500, 0xb100)) return low === register ? 'used' : 'kept';
	if ((is(0xf000, 0xd000) && !is(0x0e00, 0x0e00)) || is(0xf800, 0xe000) || is(0xff00, 0xbf00)) return 'kept';
	if (is(0xff00, 0x4700)) {
		if (rm === register) return 'used';
		if (is(0x80, 0x80)) return atCall(register, isCompared);
		return register <= lastParameter && !isCompared ? 'used' : 'gone';
	}
	// LDR from beside the code, and MOV of a number
	if (is(0xf800, 0x4800) || is(0xf800, 0x2000)) return eight === register ? 'gone' : 'kept';
	// MOV
	if (is(0xff00, 0x4600)) return rm === register ? 'used' : rd === register ? 'gone' : 'kept';
	// LDR with an immediate offset
	if (is(0xf800, 0x6800)) return middle === register ? 'used' : low === register ? 'gone' : 'kept';
	// LDR from the stack; POP
	if (is(0xf800, 0x9800)) return eight === register ? 'gone' : 'kept';
	if (is(0xfe00, 0xbc00)) return is(0x0100, 0x0100) ? (isCompared ? 'gone' : 'used') : 'kept';
	return [low, middle, (half >>> 6) & 7, eight, rd, rm].includes(register) ? 'used' : 'kept';
}

function fateOfWide(first: number, second: number, register: number, isCompared: boolean): AddressFate {
	const branch = branchOfThumb(first, second, 0);
	if (branch !== null) return branch.isCall ? atCall(register, isCompared) : 'kept';
	const [rn, rt, rd, rm] = [first & 15, second >>> 12, (second >>> 8) & 15, second & 15];
	// LDR with an immediate offset
	if ((first & 0xfff0) === 0xf8d0) return rn === register ? 'used' : rt === register ? 'gone' : 'kept';
	// POP of many, with the program counter among them
	if (first === 0xe8bd) return (second & 0x8000) !== 0 ? (isCompared ? 'gone' : 'used') : 'kept';
	return [rn, rt, rd, rm].includes(register) ? 'used' : 'kept';
}

function atCall(register: number, isCompared: boolean): AddressFate {
	if (register > lastParameter && register !== 12) return 'kept';
	return isCompared || register === 12 ? 'gone' : 'used';
}

function successorsOf(first: number, second: number | null, at: number): readonly number[] {
	if (second !== null) {
		const branch = branchOfThumb(first, second, at);
		if (branch === null || branch.isCall) return [at + 4];
		return branch.isAlways ? [branch.target] : [at + 4, branch.target];
	}
	if ((first & 0xf800) === 0xe000) return [at + 4 + ((first << 21) >> 21) * 2];
	if ((first & 0xf000) === 0xd000) return [at + 2, at + 4 + ((first << 24) >> 24) * 2];
	if ((first & 0xf500) === 0xb100) return [at + 2, at + 4 + (((first >>> 3) & 0x40) | ((first >>> 2) & 0x3e))];
	return [at + 2];
}
