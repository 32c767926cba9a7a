/** This file counts entries on x86-64: what stands aside of a function. */

import {loadIced} from '../../binding/code/x86-64.js';
import {beside, type Entry, type EntryMachine, rowOf, type Stub} from '../plan.js';
import {arrange} from './arrange.js';
import {jumpSize, relative} from './relocate.js';

export function loadX8664Entries(): EntryMachine {
	const iced = loadIced();
	return {
		landingPad: bytes => (startsWith(bytes, endbr64) ? endbr64.length : 0),
		arrange: (elf, candidates) => arrange(iced, elf, candidates),
		stub,
		// Where the address space is seldom taken.
		preferred: elf => beside(elf, 256 * 2 ** 20, 2 ** 12),
	};
}

const endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
	return prefix.every((byte, index) => bytes[index] === byte);
}

/** The counter, what stands behind it, and at the end the counting of an entry that the counter leaves to C. */
function stub({slot, at, landingPad: pad, moved}: Entry, address: number, codeAddress: number): Stub {
	const counter = slot === null ? [] : countHere(slot, moved.flagsDead);
	const behind = counter.length;
	const instructions = moved.encode(address + behind + pad.length);
	const back = behind + pad.length + instructions.bytes.length;
	const elsewhere = slot === null ? [] : countElsewhere(slot, moved.flagsDead);
	const bytes = new Uint8Array(back + jumpSize + elsewhere.length);
	const view = new DataView(bytes.buffer);
	bytes.set(counter);
	bytes.set(pad, behind);
	bytes.set(instructions.bytes, behind + pad.length);
	bytes[back] = 0xe9;
	view.setInt32(back + 1, relative(at + moved.length, address + back + jumpSize), true);
	bytes.set(elsewhere, back + jumpSize);
	if (slot !== null) {
		const {low, size, alone, toElsewhere} = holesHere(moved.flagsDead);
		const from = (hole: number, target: number) => view.setInt32(hole, target - (address + hole + 4), true);
		from(low, codeAddress + 8);
		from(size, codeAddress + 16);
		from(alone, codeAddress + 24);
		for (const hole of toElsewhere) from(hole, address + back + jumpSize);
		from(bytes.length - 10, codeAddress);
		from(bytes.length - 4, address + behind);
	}
	const fixups = instructions.fixups.map(fixup => ({...fixup, offset: fixup.offset + behind + pad.length}));
	return {bytes, fixups: [...fixups, {offset: back + 1, kind: 'relative-32'}], behind, back};
}

const keepFlags = [0x9f, 0x0f, 0x90, 0xc0]; // lahf; seto %al
const giveFlagsBack = [0x04, 0x7f, 0x9e]; // add $127, %al; sahf
const giveRegistersBack = [0x5a, 0x59, 0x58]; // pop %rdx; pop %rcx; pop %rax
const hole = [0, 0, 0, 0];

/**
 * As entries_count of native/entries/count-x86-64.S, for the case that nearly every call is: from the interpreter's own code, in
 * the thread that has its rows to itself. Flags that nobody relies on are not kept.
 */
function countHere(slot: number, flagsDead: boolean): readonly number[] {
	const row = rowOf(slot);
	return [
		...[0x50, 0x51, 0x52], // push %rax; push %rcx; push %rdx
		...(flagsDead ? [] : keepFlags),
		...[0x48, 0x8b, 0x4c, 0x24, 0x18], // mov 24(%rsp), %rcx: the return address
		...[0x48, 0x2b, 0x0d, ...hole], // sub low(%rip), %rcx
		...[0x48, 0x3b, 0x0d, ...hole], // cmp size(%rip), %rcx
		...[0x0f, 0x83, ...hole], // jae elsewhere
		...[0x48, 0x8b, 0x0d, ...hole], // mov alone(%rip), %rcx
		...[0x64, 0x48, 0x8b, 0x09], // mov %fs:(%rcx), %rcx
		...[0x48, 0x85, 0xc9], // test %rcx, %rcx
		...[0x0f, 0x84, ...hole], // je elsewhere
		...[0x48, 0x8b, 0x51, 0x20], // mov 32(%rcx), %rdx: the phase
		...[0x48, 0xff, 0x84, 0xd1, row & 255, (row >> 8) & 255, (row >> 16) & 255, row >> 24], // incq row(%rcx, %rdx, 8)
		...(flagsDead ? [] : giveFlagsBack),
		...giveRegistersBack,
	];
}

/** Where in it the distances to the head's words and to the other counting stand. */
function holesHere(flagsDead: boolean) {
	const begin = 3 + (flagsDead ? 0 : keepFlags.length) + 5;
	return {low: begin + 3, size: begin + 10, alone: begin + 23, toElsewhere: [begin + 16, begin + 36]} as const;
}

/** Everything as it was, then `push %rax; mov $row, %eax; call *counter(%rip); pop %rax; jmp behind`. */
function countElsewhere(slot: number, flagsDead: boolean): readonly number[] {
	const row = rowOf(slot);
	return [
		...(flagsDead ? [] : giveFlagsBack),
		...giveRegistersBack,
		...[0x50, 0xb8, row & 255, (row >> 8) & 255, (row >> 16) & 255, row >> 24],
		...[0xff, 0x15, ...hole],
		...[0x58, 0xe9, ...hole],
	];
}
