/** This file finds the aarch64 instructions that make the address of data complete, or access what is there. */

import {immediate21, is, pageOfAdrp, registersWritten, targetOfBranch} from './aarch64.js';
import type {EachAddressed, FindAddressed} from './code.js';
import {KnownRegisters} from './known-registers.js';
import {walk} from './walk.js';

export const addressedByAarch64: FindAddressed = (ranges, starts, _options, each) => {
	for (const {address, bytes} of ranges) {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const registers = new KnownRegisters();
		const end = address + bytes.length;
		walk({from: address + ((4 - (address & 3)) & 3), end, starts, registers}, at => {
			if (at + 4 > end) return null;
			// Instructions are little-endian on big-endian machines too.
			follow(view.getUint32(at - address, true), at, registers, each);
			return 4;
		});
	}
};

/** Masks and values are from the Arm architecture reference manual, chapter C4. */
function follow(word: number, at: number, registers: KnownRegisters, each: EachAddressed): void {
	const rd = word & 31;
	const rn = (word >>> 5) & 31;
	const target = targetOfBranch(word, at);
	if (target !== null) {
		// BL
		if (is(word, 0xfc00_0000, 0x9400_0000)) registers.forget(...lostInCalls);
		else registers.branch(at, target);
		// B
		if (is(word, 0xfc00_0000, 0x1400_0000)) registers.stop();
	} else if (is(word, 0xfe00_0000, 0xd600_0000)) {
		// BLR comes back; BR and RET do not.
		if (is(word, 0x0060_0000, 0x0020_0000)) registers.forget(...lostInCalls);
		else registers.stop();
	} else if (is(word, 0x9f00_0000, 0x9000_0000)) {
		set(registers, rd, pageOfAdrp(word, at));
	} else if (is(word, 0x9f00_0000, 0x1000_0000)) {
		// ADR
		complete(registers, rd, at, at + immediate21(word), each);
	} else if (is(word, 0xff80_0000, 0x9100_0000)) {
		// ADD, 64 bits, immediate
		const page = registers.address(rn);
		const sum = (word >>> 10) & 0xfff;
		const scale = is(word, 0x0040_0000, 0) ? 1 : 4096;
		if (page === undefined || rn === 31) registers.forget(rd);
		else if (registers.isTold(rn)) {
			set(registers, rd, page + sum * scale);
			registers.tell(rd);
		} else complete(registers, rd, at, page + sum * scale, each);
	} else if (is(word, 0x3b00_0000, 0x3900_0000)) {
		// Loads and stores with an unsigned offset
		const base = registers.address(rn);
		const offset = ((word >>> 10) & 0xfff) * 2 ** scaleOf(word);
		if (base !== undefined && rn !== 31) each(at, base + offset, true, registers.isTold(rn) ? base : undefined);
		registers.forget(...registersWritten(word));
	} else if (is(word, 0x3a00_0000, 0x2800_0000)) {
		// Pairs, with an offset or, where bit 23 says so, none that counts before the access
		const base = rn === 31 ? undefined : registers.address(rn);
		const size = sizeOfPair(word);
		const first = (base ?? 0) + (is(word, 0x0180_0000, 0x0080_0000) ? 0 : ((word << 10) >> 25) * size);
		if (base !== undefined) {
			each(at, first, true, registers.isTold(rn) ? base : undefined);
			each(at, first + size, true, first);
		}
		registers.forget(...registersWritten(word));
	} else if (is(word, 0x3b20_0c00, 0x3800_0000)) {
		// Loads and stores with an offset in bytes
		const base = rn === 31 ? undefined : registers.address(rn);
		if (base !== undefined) each(at, base + ((word << 11) >> 23), true, registers.isTold(rn) ? base : undefined);
		registers.forget(...registersWritten(word));
	} else if (is(word, 0x3b00_0000, 0x1800_0000)) {
		// Loads of a literal
		each(at, at + ((word << 8) >> 13) * 4, true);
		registers.forget(...registersWritten(word));
	} else if (is(word, 0xffe0_ffe0, 0xaa00_03e0)) {
		// MOV, 64 bits, register
		registers.move(rd, (word >>> 16) & 31);
	} else {
		registers.forget(...registersWritten(word));
	}
}

/** Those that a function may change, by the procedure call standard; and the one that holds where to return to. */
const lostInCalls = [...Array.from({length: 19}, (_, register) => register), 30];

function set(registers: KnownRegisters, register: number, address: number): void {
	// Register 31 is the stack pointer or zero, never an address that is followed.
	if (register !== 31) registers.setAddress(register, address);
}

function complete(registers: KnownRegisters, register: number, at: number, address: number, each: EachAddressed): void {
	set(registers, register, address);
	registers.tell(register);
	each(at, address, false);
}

/** Of one of the two, in bytes. */
function sizeOfPair(word: number): number {
	const isVector = is(word, 0x0400_0000, 0x0400_0000);
	if (isVector) return 4 << (word >>> 30);
	return word >>> 31 === 1 ? 8 : 4;
}

/** By how much the offset of a load or store is shifted. */
function scaleOf(word: number): number {
	const isVector128 = is(word, 0xc480_0000, 0x0480_0000);
	return isVector128 ? 4 : word >>> 30;
}
