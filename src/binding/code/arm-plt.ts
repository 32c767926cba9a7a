/**
 * This file finds the PLT stubs of arm. They are of the instruction set ARM: `add ip, pc, #a; add ip, ip, #b; ldr pc, [ip, #c]!`, with
 * a third ADD where the GOT is far; or, as lld writes them there, `ldr ip, [pc, #4]; add ip, ip, pc; ldr pc, [ip]`. Before it may stand
 * an entry for Thumb that begins with `bx pc`.
 */

import type {PltRange, PltStub} from './code.js';

export function stubsOfArm({address, bytes}: PltRange, slots: ReadonlySet<number>): PltStub[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const word = (offset: number) => (offset >= 0 && offset + 4 <= bytes.length ? view.getUint32(offset, true) : 0);
	const stubs: PltStub[] = [];
	for (let at = (4 - (address & 3)) & 3; at + 12 <= bytes.length; at += 4) {
		const found = near(word, address, at) ?? far(word, address, at);
		if (found === null || !slots.has(found.slot)) continue;
		stubs.push({address: address + at, slot: found.slot, jump: address + found.jump});
		if (forThumb.includes(word(at - 4)))
			stubs.push({address: address + at - 4, slot: found.slot, jump: address + found.jump});
	}
	return stubs;
}

interface Found {
	readonly slot: number;
	/** Where the load into the program counter is. */
	readonly jump: number;
}

function near(word: (offset: number) => number, address: number, at: number): Found | null {
	if (word(at) >>> 12 !== addIpPc) return null;
	let sum = address + at + 8 + rotated(word(at));
	let next = at + 4;
	for (; word(next) >>> 12 === addIpIp; next += 4) sum += rotated(word(next));
	return word(next) >>> 12 === ldrPcIp ? {slot: (sum + (word(next) & 0xfff)) >>> 0, jump: next} : null;
}

function far(word: (offset: number) => number, address: number, at: number): Found | null {
	if (word(at) !== 0xe59f_c004 || word(at + 4) !== 0xe08c_c00f || word(at + 8) !== 0xe59c_f000) return null;
	return {slot: (address + at + 12 + word(at + 12)) >>> 0, jump: at + 8};
}

/** An immediate operand: eight bits, rotated by twice what the four bits above them say. */
function rotated(word: number): number {
	const [bits, by] = [word & 0xff, ((word >>> 8) & 15) * 2];
	return by === 0 ? bits : ((bits >>> by) | (bits << (32 - by))) >>> 0;
}

const [addIpPc, addIpIp, ldrPcIp] = [0xe28fc, 0xe28cc, 0xe5bcf];
/** `bx pc; nop` and `bx pc; b .-2`, half words of Thumb. */
const forThumb: readonly number[] = [0x46c0_4778, 0xe7fd_4778];
