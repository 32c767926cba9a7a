/** This file writes the stub of a watched function on x86-64: a counter's call, the displaced instructions, the jump back. */

import type {Entry} from '../../entries/entry.js';
import type {EntryMachine, Stub} from '../../entries/machine.js';
import {jumpSize, relative} from '../../entries/x86-64/relocate.js';
import {loadX8664Entries} from '../../entries/x86-64/stub.js';
import {layout} from '../../ledger/layout.js';

/** What a slot's function is (native/audit/entered.h). */
export interface Watched {
	/** From 1 on; 0 for what no library defines. */
	readonly library: number;
	/** Whether it may end in a jump: to what it forwards to, or as a real function to another. */
	readonly mayJump: boolean;
}

/** The machine of the entry counters, with another counter. */
export function watchingMachine(watchedOf: (slot: number) => Watched): EntryMachine {
	return {
		...loadX8664Entries(layout()),
		// Every entry is watched: a call of a function by itself is told from others by who makes it.
		redirections: () => [],
		stub: (entry, address, codeAddress) => stub(entry, address, codeAddress, watchedOf),
	};
}

function stub(
	{slot, at, landingPad: pad, displaced}: Entry,
	address: number,
	codeAddress: number,
	watchedOf: (slot: number) => Watched,
): Stub {
	const counter = slot === null ? [] : call(encode(slot, watchedOf(slot)));
	const resume = counter.length;
	const instructions = displaced.encode(address + resume + pad.length, () => null);
	const jumpBack = resume + pad.length + instructions.bytes.length;
	const bytes = new Uint8Array(jumpBack + jumpSize);
	const view = new DataView(bytes.buffer);
	bytes.set(counter);
	// The head begins with the counter's address.
	if (slot !== null) view.setInt32(hole, codeAddress - (address + hole + 4), true);
	bytes.set(pad, resume);
	bytes.set(instructions.bytes, resume + pad.length);
	bytes[jumpBack] = 0xe9;
	view.setInt32(jumpBack + 1, relative(at + displaced.length, address + jumpBack + jumpSize), true);
	const fixups = instructions.fixups.map(fixup => ({...fixup, offset: fixup.offset + resume + pad.length}));
	return {bytes, fixups: [...fixups, {offset: jumpBack + 1, kind: 'relative-32'}], resume, jumpBack};
}

function encode(slot: number, {library, mayJump}: Watched): number {
	const {ENTERED_MAY_JUMP, ENTERED_LIBRARY_BIT} = layout();
	return slot | (mayJump ? ENTERED_MAY_JUMP : 0) | (library << ENTERED_LIBRARY_BIT);
}

const hole = 8;

/** `push %rax; mov $what, %eax; call *counter(%rip); pop %rax`. */
function call(what: number): readonly number[] {
	return [0x50, 0xb8, what & 255, (what >> 8) & 255, (what >> 16) & 255, what >>> 24, 0xff, 0x15, 0, 0, 0, 0, 0x58];
}
