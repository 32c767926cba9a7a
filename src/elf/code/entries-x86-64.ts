/** This file counts entries on x86-64: what stands aside of a function. */

import {beside, type Entry, type EntryMachine, rowOf, type Stub} from './entries.js';
import {arrange} from './entries-x86-64-arrange.js';
import {jumpSize, relative} from './entries-x86-64-move.js';
import {loadIced} from './x86-64.js';

export function loadX8664Entries(): EntryMachine {
	const iced = loadIced();
	return {
		landingPad: bytes => (startsWith(bytes, endbr64) ? endbr64.length : 0),
		arrange: (elf, candidates) => arrange(iced, elf, candidates),
		stub,
		headSize: 16,
		// Where the address space is seldom taken.
		preferred: elf => beside(elf, 256 * 2 ** 20, 2 ** 12),
	};
}

const endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
	return prefix.every((byte, index) => bytes[index] === byte);
}

function stub({slot, at, landingPad: pad, moved}: Entry, address: number, codeAddress: number): Stub {
	const counter = new Uint8Array(slot === null ? 0 : counterSize);
	if (slot !== null) callCounter(counter, slot, address, codeAddress);
	const behind = counter.length;
	const instructions = moved.encode(address + behind + pad.length);
	const back = behind + pad.length + instructions.bytes.length;
	const bytes = new Uint8Array(back + jumpSize);
	bytes.set(counter);
	bytes.set(pad, behind);
	bytes.set(instructions.bytes, behind + pad.length);
	bytes[back] = 0xe9;
	new DataView(bytes.buffer).setInt32(back + 1, relative(at + moved.length, address + bytes.length), true);
	const fixups = instructions.fixups.map(fixup => ({...fixup, offset: fixup.offset + behind + pad.length}));
	return {bytes, fixups: [...fixups, {offset: back + 1, kind: 'relative-32'}], behind, back};
}

const counterSize = 13;

/** `push %rax; mov $row, %eax; call *counter(%rip); pop %rax` */
function callCounter(bytes: Uint8Array, slot: number, address: number, codeAddress: number): void {
	const view = new DataView(bytes.buffer);
	bytes[0] = 0x50;
	bytes[1] = 0xb8;
	view.setUint32(2, rowOf(slot), true);
	bytes.set([0xff, 0x15], 6);
	view.setInt32(8, codeAddress - (address + 12), true);
	bytes[12] = 0x58;
}
