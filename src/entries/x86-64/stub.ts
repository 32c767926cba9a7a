/** This file writes the stub of a function on x86-64. */

import {loadIced} from '../../binding/code/x86-64.js';
import {
	beside,
	bypassedAt,
	type Code,
	type Entry,
	type EntryLayout,
	type EntryMachine,
	type Redirected,
	type Stub,
} from '../plan.js';
import {arrange} from './arrange.js';
import {findRedirectedCalls} from './calls.js';
import {planCopies} from './copies.js';
import {x8664LandingPad} from './landing-pad.js';
import {findX8664Redirections} from './redirect.js';
import {jumpSize, relative} from './relocate.js';

export function loadX8664Entries(layout: EntryLayout): EntryMachine {
	const iced = loadIced();
	return {
		layout,
		landingPad: x8664LandingPad,
		arrange: (elf, candidates) => arrange(iced, elf, candidates),
		redirectedCalls: findRedirectedCalls,
		siteStub,
		planCopies: (elf, wanted, functions) => planCopies(iced, elf, wanted, functions),
		copyStub,
		redirections: (elf, entries, folded) => findX8664Redirections(iced, elf, entries, folded),
		stub: (entry, address, codeAddress, redirected) => stub(entry, address, codeAddress, layout, redirected),
		// Where the address space is seldom taken.
		preferred: elf => beside(elf, 256 * 2 ** 20, 2 ** 12),
	};
}

/** The counter; what an override resumes at; at the end the counting of an entry that the counter leaves to native/entries. */
function stub(entry: Entry, address: number, codeAddress: number, layout: EntryLayout, redirected: Redirected): Stub {
	const {slot} = entry;
	const {flagsDead} = entry.displaced;
	const counter = slot === null ? [] : countHere(bypassedAt(slot, layout), flagsDead, layout);
	const elsewhere = slot === null ? [] : countElsewhere(bypassedAt(slot, layout), flagsDead);
	const made = resuming(counter, entry, address, redirected, elsewhere);
	const {bytes, resume, jumpBack} = made;
	if (slot !== null) {
		const {low, size, mainLedger, toElsewhere} = holesHere(flagsDead);
		const view = new DataView(bytes.buffer);
		const fill = (hole: number, target: number) => view.setInt32(hole, target - (address + hole + 4), true);
		fill(low, codeAddress + layout.STUBS_LOW_AT);
		fill(size, codeAddress + layout.STUBS_SIZE_AT);
		fill(mainLedger, codeAddress + layout.STUBS_MAIN_LEDGER_AT);
		for (const hole of toElsewhere) fill(hole, address + jumpBack + jumpSize);
		// The holes of countElsewhere, from its end.
		fill(bytes.length - 10, codeAddress + layout.STUBS_COUNTER_AT);
		fill(bytes.length - 4, address + resume);
	}
	return made;
}

/**
 * A stub: `counter`; what an override resumes at, which is the landing pad's twin, the displaced instructions and the jump back to those
 * that follow them; `elsewhere`. Its counter's holes are left to be filled.
 */
function resuming(
	counter: readonly number[],
	{at, landingPad: pad, displaced}: Pick<Entry, 'at' | 'landingPad' | 'displaced'>,
	address: number,
	redirected: Redirected,
	elsewhere: readonly number[] = [],
): Stub {
	const resume = counter.length;
	const begin = resume + pad.length;
	const instructions = displaced.encode(address + begin, redirected);
	const jumpBack = begin + instructions.bytes.length;
	const next = jumpBack + jumpSize;
	const bytes = new Uint8Array(next + elsewhere.length);
	bytes.set(counter);
	bytes.set(pad, resume);
	bytes.set(instructions.bytes, begin);
	bytes[jumpBack] = jumpOpcode;
	new DataView(bytes.buffer).setInt32(jumpBack + 1, relative(at + displaced.length, address + next), true);
	bytes.set(elsewhere, next);
	const fixups = instructions.fixups.map(fixup => ({...fixup, offset: fixup.offset + begin}));
	return {bytes, fixups: [...fixups, {offset: jumpBack + 1, kind: 'relative-32'}], resume, jumpBack};
}

const jumpOpcode = 0xe9;
const keepFlags = [0x9f, 0x0f, 0x90, 0xc0]; // lahf; seto %al
const giveFlagsBack = [0x04, 0x7f, 0x9e]; // add $127, %al; sahf
const giveRegistersBack = [0x5a, 0x59, 0x58]; // pop %rdx; pop %rcx; pop %rax
const hole = [0, 0, 0, 0];
const addOne = [0xf0, 0x48, 0xff, 0x05, ...hole]; // lock incq counter(%rip)

/**
 * As entries_count of native/entries/count-x86-64.S, for the case that nearly every call is: from the interpreter's own code, in
 * the main thread. Flags that nobody relies on are not kept.
 */
function countHere(row: number, flagsDead: boolean, {LEDGER_OFFSET_AT}: EntryLayout): readonly number[] {
	return [
		...[0x50, 0x51, 0x52], // push %rax; push %rcx; push %rdx
		...(flagsDead ? [] : keepFlags),
		...[0x48, 0x8b, 0x4c, 0x24, 0x18], // mov 24(%rsp), %rcx: the return address
		...[0x48, 0x2b, 0x0d, ...hole], // sub low(%rip), %rcx
		...[0x48, 0x3b, 0x0d, ...hole], // cmp size(%rip), %rcx
		...[0x0f, 0x83, ...hole], // jae elsewhere
		...[0x48, 0x8b, 0x0d, ...hole], // mov main_ledger(%rip), %rcx
		...[0x64, 0x48, 0x8b, 0x09], // mov %fs:(%rcx), %rcx
		...[0x48, 0x85, 0xc9], // test %rcx, %rcx
		...[0x0f, 0x84, ...hole], // je elsewhere
		...[0x48, 0x8b, 0x51, LEDGER_OFFSET_AT], // mov offset(%rcx), %rdx
		...[0x48, 0xff, 0x84, 0xd1, ...word(row)], // incq row(%rcx, %rdx, 8)
		...(flagsDead ? [] : giveFlagsBack),
		...giveRegistersBack,
	];
}

/** Where in it the distances to the head's words and to the other counting stand. */
function holesHere(flagsDead: boolean) {
	const begin = 3 + (flagsDead ? 0 : keepFlags.length) + 5;
	return {low: begin + 3, size: begin + 10, mainLedger: begin + 23, toElsewhere: [begin + 16, begin + 36]} as const;
}

/** Everything as it was, then `push %rax; mov $row, %eax; call *counter(%rip); pop %rax; jmp resume`. */
function countElsewhere(row: number, flagsDead: boolean): readonly number[] {
	return [
		...(flagsDead ? [] : giveFlagsBack),
		...giveRegistersBack,
		...[0x50, 0xb8, ...word(row)],
		...[0xff, 0x15, ...hole],
		...[0x58, 0xe9, ...hole],
	];
}

/**
 * `lock incq counter(%rip)`, the displaced instructions once more, the jump back: one jump less than by way of `resume`. A call among
 * them would return to here, so that one goes to `resume`.
 *
 * The flags are lost, which no caller that a compiler made notices: the psABI has none of them kept across a call, and gcc's -fipa-ra
 * counts fixed registers, which they are, as used by every function (collect_fn_hard_reg_usage).
 */
function siteStub(
	{at, displaced}: Entry,
	address: number,
	counter: number,
	resume: number,
	redirected: Redirected,
): Code {
	const code = displaced.calls
		? {bytes: Uint8Array.from([...addOne, jumpOpcode, ...hole]), fixups: []}
		: resuming(addOne, {at, displaced, landingPad: new Uint8Array(0)}, address, redirected);
	const {bytes} = code;
	const view = new DataView(bytes.buffer);
	view.setInt32(addOne.length - 4, relative(counter, address + addOne.length), true);
	if (displaced.calls) view.setInt32(bytes.length - 4, relative(resume, address + bytes.length), true);
	return code;
}

/**
 * In the midst of a function the red zone below the stack pointer (the psABI's 128 bytes) may be in use, so that the flags are pushed
 * beyond it; no register is touched.
 */
function copyStub(entry: Entry, address: number, counters: readonly number[], redirected: Redirected): Stub {
	const {flagsDead} = entry.displaced;
	const keep = flagsDead ? [] : [0x48, 0x8d, 0x64, 0x24, 0x80, 0x9c]; // lea -128(%rsp), %rsp; pushf
	const giveBack = flagsDead ? [] : [0x9d, 0x48, 0x8d, 0xa4, 0x24, 0x80, 0, 0, 0]; // popf; lea 128(%rsp), %rsp
	const made = resuming([...keep, ...counters.flatMap(() => addOne), ...giveBack], entry, address, redirected);
	const view = new DataView(made.bytes.buffer);
	for (const [index, target] of counters.entries()) {
		const next = keep.length + (index + 1) * addOne.length;
		view.setInt32(next - 4, relative(target, address + next), true);
	}
	return made;
}

/** 32 bits, the lowest first. */
function word(value: number): readonly number[] {
	return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >> 24];
}
