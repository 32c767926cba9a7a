/** This file tells whether an address that aarch64 code takes is only compared, as a guard of speculative devirtualization does. */

import {is, registersWritten, targetOfBranch} from './aarch64.js';
import type {OnlyCompares} from './code.js';
import {type AddressFate, isOnlyCompared} from './follow-address.js';

/** `at` is where the address is complete in a register. */
export const onlyComparesAarch64: OnlyCompares = ({start, end, bytes}, at) => {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const wordAt = (address: number) => view.getUint32(address - start, true);
	const register = wordAt(at) & 31;
	return isOnlyCompared({start, end, bytes}, at + 4, (address, isCompared) => {
		const word = wordAt(address);
		return {fate: fateOf(word, register, isCompared), successors: () => successors(word, address)};
	});
};

/** X0 to X7 pass arguments; X0 to X18 are overwritten by calls. */
const [lastArgument, lastOverwritten] = [7, 18];

function fateOf(word: number, register: number, isCompared: boolean): AddressFate {
	const isRegister = (shift: number) => ((word >>> shift) & 31) === register;
	if (isCall(word) || isBranchToRegister(word)) {
		if (!isDirectCall(word) && isRegister(5)) return 'used';
		if (register <= lastArgument && !isCompared) return 'used';
		if (register <= lastOverwritten) return 'gone';
		return isCall(word) ? 'kept' : 'used';
	}
	if (isReturn(word)) return register === 0 ? 'used' : 'gone';
	// CBZ, CBNZ, TBZ and TBNZ ask whether it is null.
	if (targetOfBranch(word, 0) !== null) return is(word, 0x7c00_0000, 0x3400_0000) && isRegister(0) ? 'used' : 'kept';
	// CMP: SUBS of registers, the result thrown away.
	if (is(word, 0xff20_001f, 0xeb00_001f) && (isRegister(5) || isRegister(16))) return 'compared';
	if (fieldsRead(word).some(isRegister)) return 'used';
	return registersWritten(word).includes(register) ? 'gone' : 'kept';
}

/** Where the numbers of the general registers stand that an instruction reads; chapter C4 of the architecture's manual. */
function fieldsRead(word: number): readonly number[] {
	// ADR, ADRP and MOVZ, MOVN read none; MOVK changes what it writes.
	if (is(word, 0x1f00_0000, 0x1000_0000)) return [];
	if (is(word, 0x1f80_0000, 0x1280_0000)) return is(word, 0x6000_0000, 0x6000_0000) ? [0] : [];
	if (is(word, 0x1c00_0000, 0x1000_0000)) return is(word, 0x1f80_0000, 0x1380_0000) ? [5, 16] : [5];
	if (is(word, 0x0a00_0000, 0x0800_0000)) return fieldsOfMemoryAccess(word);
	// Vector instructions have another register file; those that read a general register do so at bit 5.
	if (is(word, 0x0e00_0000, 0x0e00_0000)) return [5];
	return is(word, 0x1f00_0000, 0x1b00_0000) ? [5, 16, 10] : [5, 16];
}

function fieldsOfMemoryAccess(word: number): readonly number[] {
	const isVector = is(word, 0x0400_0000, 0x0400_0000);
	const isLoad = is(word, 0x0040_0000, 0x0040_0000) || is(word, 0x3bc0_0000, 0x3880_0000);
	if (is(word, 0x3b00_0000, 0x1800_0000)) return [];
	if (is(word, 0x3a00_0000, 0x2800_0000)) return isLoad || isVector ? [5] : [5, 0, 10];
	if (is(word, 0x3f00_0000, 0x0800_0000)) return [5, 0, 10, 16];
	const hasIndex = is(word, 0x3b20_0000, 0x3820_0000);
	return [5, ...(isLoad || isVector ? [] : [0]), ...(hasIndex ? [16] : [])];
}

function successors(word: number, at: number): readonly number[] {
	const target = targetOfBranch(word, at);
	if (target === null || isDirectCall(word)) return [at + 4];
	return is(word, 0xfc00_0000, 0x1400_0000) ? [target] : [at + 4, target];
}

function isCall(word: number): boolean {
	return isDirectCall(word) || is(word, 0xffff_fc1f, 0xd63f_0000);
}

function isDirectCall(word: number): boolean {
	return is(word, 0xfc00_0000, 0x9400_0000);
}

function isBranchToRegister(word: number): boolean {
	return is(word, 0xffff_fc1f, 0xd61f_0000);
}

function isReturn(word: number): boolean {
	return is(word, 0xffff_fc1f, 0xd65f_0000);
}
