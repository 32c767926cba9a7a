/** This file tells whether an address that ppc64le code takes is only compared, as a guard of speculative devirtualization does. */

import type {OnlyCompares} from './code.js';
import {type AddressFate, isOnlyCompared} from './follow-address.js';
import {bcctr, bclr, branchOfPpc64, fieldsOf, generalLoads, isCompare, logical, overwrittenOnPpc64} from './ppc64le.js';

/** `at` is where the address is complete in a register. */
export const onlyComparesPpc64le: OnlyCompares = (code, at) => {
	const view = new DataView(code.bytes.buffer, code.bytes.byteOffset, code.bytes.byteLength);
	const wordAt = (address: number) => view.getUint32(address - code.start, true);
	// An instruction of two words says in the second one which register it writes.
	const size = wordAt(at) >>> 26 === 1 ? 8 : 4;
	const [register] = fieldsOf(wordAt(at + size - 4));
	return isOnlyCompared(code, at + size, (address, isCompared) => {
		const word = wordAt(address);
		return {fate: fateOf(word, register, isCompared), successors: () => successorsOf(word, address)};
	});
};

/** r3 to r10 pass arguments; r3 and r4 return values. */
const isParameter = (register: number) => register >= 3 && register <= 10;
const isResult = (register: number) => register === 3 || register === 4;

function fateOf(word: number, register: number, isCompared: boolean): AddressFate {
	const [rt, ra, rb] = fieldsOf(word);
	const branch = branchOfPpc64(word, 0);
	if (branch !== null) return branch.isCall ? atCall(register, isCompared) : 'kept';
	const operation = (word >>> 1) & 0x3ff;
	if (word >>> 26 === 19 && (operation === bclr || operation === bcctr)) {
		if ((word & 1) === 1) return atCall(register, isCompared);
		const isAlways = ((word >>> 21) & 0b10100) === 0b10100;
		if (operation === bcctr) return isParameter(register) && !isCompared ? 'used' : 'gone';
		if (isResult(register) && !isCompared) return 'used';
		return isAlways ? 'gone' : 'kept';
	}
	// CMP, CMPL.
	if (isCompare(word)) return ra === register || rb === register ? 'compared' : 'kept';
	const opcode = word >>> 26;
	if (logical.has(opcode)) return rt === register ? 'used' : ra === register ? 'gone' : 'kept';
	if (opcode === 14 || opcode === 15 || generalLoads.has(opcode)) {
		return ra === register ? 'used' : rt === register ? 'gone' : 'kept';
	}
	// MTSPR and MFSPR have the number of another register in two of the fields.
	if (opcode === 31 && (operation === mtspr || operation === mfspr)) {
		return rt !== register ? 'kept' : operation === mtspr ? 'used' : 'gone';
	}
	// OR
	if (opcode === 31 && operation === 444) {
		return rt === register || rb === register ? 'used' : ra === register ? 'gone' : 'kept';
	}
	return [rt, ra, rb].includes(register) ? 'used' : 'kept';
}

const [mtspr, mfspr] = [467, 339];

function atCall(register: number, isCompared: boolean): AddressFate {
	if (isParameter(register) && !isCompared) return 'used';
	return overwrittenOnPpc64.includes(register) ? 'gone' : 'kept';
}

function successorsOf(word: number, at: number): readonly number[] {
	const branch = branchOfPpc64(word, at);
	const next = at + (word >>> 26 === 1 ? 8 : 4);
	if (branch === null || branch.isCall) return [next];
	return branch.isAlways ? [branch.target] : [next, branch.target];
}
