/** This file tells whether an address that s390x code takes is only compared, as a guard of speculative devirtualization does. */

import type {OnlyCompares} from './code.js';
import {type AddressFate, isOnlyCompared} from './follow-address.js';
import {branchOfS390x, overwrittenOnS390x, sizeOf, writtenOnS390x} from './s390x.js';

/** `at` is where the address is complete in a register, which is named where LARL and LA name it. */
export const onlyComparesS390x: OnlyCompares = (code, at) => {
	const view = new DataView(code.bytes.buffer, code.bytes.byteOffset, code.bytes.byteLength);
	const register = view.getUint8(at - code.start + 1) >>> 4;
	const first = at + sizeOf(view.getUint8(at - code.start));
	return isOnlyCompared(code, first, (address, isCompared) => {
		const offset = address - code.start;
		return {
			fate: fateOf(view, offset, register, isCompared),
			successors: () => successorsOf(view, offset, address),
		};
	});
};

/** r2 to r6 pass arguments; r2 returns a value. */
const isParameter = (register: number) => register >= 2 && register <= 6;
const result = 2;

function fateOf(view: DataView, offset: number, register: number, isCompared: boolean): AddressFate {
	const first = view.getUint8(offset);
	const second = view.getUint8(offset + 1);
	const size = sizeOf(first);
	const branch = branchOfS390x(view, offset, 0);
	if (branch !== null) {
		if (branch.compares.includes(register)) return 'compared';
		if (branch.counts.includes(register)) return 'used';
		return branch.isCall ? atCall(register, isCompared) : 'kept';
	}
	if (first === basr || first === bcr) {
		if ((second & 15) === register) return 'used';
		if (first === basr) return atCall(register, isCompared);
		if (second >>> 4 !== 15) return 'kept';
		if ((second & 15) === returnAddress) return register === result && !isCompared ? 'used' : 'gone';
		return isParameter(register) && !isCompared ? 'used' : 'gone';
	}
	// CGR, CLGR
	if (first === 0xb9 && (second === 0x20 || second === 0x21)) {
		const third = view.getUint8(offset + 3);
		return third >>> 4 === register || (third & 15) === register ? 'compared' : 'kept';
	}
	if (fieldsOf(view, offset, size).includes(register)) {
		return isPlainLoad(view, offset, register) ? 'gone' : 'used';
	}
	return writtenOnS390x(view, offset, size).includes(register) ? 'used' : 'kept';
}

const [basr, bcr, returnAddress] = [0x0d, 0x07, 14];

function atCall(register: number, isCompared: boolean): AddressFate {
	if (isParameter(register) && !isCompared) return 'used';
	return overwrittenOnS390x.includes(register) ? 'gone' : 'kept';
}

/** Every four bits that may name a register: an instruction that may read the address uses it. */
function fieldsOf(view: DataView, offset: number, size: 2 | 4 | 6): readonly number[] {
	const [second, third] = [view.getUint8(offset + 1), view.getUint8(offset + 2)];
	const fields = [second >>> 4, second & 15];
	if (size === 2) return fields;
	fields.push(third >>> 4);
	const first = view.getUint8(offset);
	if (first === 0xb2 || first === 0xb3 || first === 0xb9) {
		fields.push(view.getUint8(offset + 3) >>> 4, view.getUint8(offset + 3) & 15);
	}
	// LMG and its like: all between the two.
	if (size === 6 && first === 0xeb)
		for (let one = second >>> 4; one !== (second & 15); one = (one + 1) & 15) fields.push(one);
	return fields;
}

/** LARL, LGFI, LGRL, LGHI, LGR, LMG, LA, and LG and its like that overwrite the register without having read it. */
function isPlainLoad(view: DataView, offset: number, register: number): boolean {
	const [first, second, third] = [view.getUint8(offset), view.getUint8(offset + 1), view.getUint8(offset + 2)];
	const [r1, x2, b2] = [second >>> 4, second & 15, third >>> 4];
	const isFirst = r1 === register;
	switch (first) {
		case 0xc0:
		case 0xc4:
			return isFirst && ((first === 0xc0 && (x2 === 0 || x2 === 1)) || (first === 0xc4 && x2 === 8));
		// LGHI
		case 0xa7:
			return isFirst && x2 === 9;
		case 0xe3:
			return isFirst && loads.has(view.getUint8(offset + 5)) && x2 !== register && b2 !== register;
		case 0xeb:
			return view.getUint8(offset + 5) === 0x04 && b2 !== register;
		case 0xb9:
			return (
				second === 0x04 && view.getUint8(offset + 3) >>> 4 === register && (view.getUint8(offset + 3) & 15) !== register
			);
		case 0x41:
			return isFirst && x2 !== register && b2 !== register;
		default:
			return false;
	}
}

/** LG, LGF, LGH, LGB, LLGF, LLGH, LLGC, LAY. */
const loads: ReadonlySet<number> = new Set([0x04, 0x14, 0x15, 0x77, 0x16, 0x91, 0x90, 0x71]);

function successorsOf(view: DataView, offset: number, at: number): readonly number[] {
	const next = at + sizeOf(view.getUint8(offset));
	const branch = branchOfS390x(view, offset, at);
	if (branch === null || branch.isCall) return [next];
	return branch.isAlways ? [branch.target] : [next, branch.target];
}
