/** This file writes the stub of a function on x86-64. */

import {loadIced} from '../../binding/code/x86-64.js';
import type {Code, Entry, Fixup, Redirected} from '../entry.js';
import type {EntryLayout} from '../layout.js';
import type {EntryMachine, SiteCounters, Stub} from '../machine.js';
import {beside, bypassedAt} from '../place.js';
import {arrange} from './arrange.js';
import {findBoundCalls, findRedirectedCalls} from './calls.js';
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
		boundCalls: findBoundCalls,
		siteStub,
		stubSize: stubSizes(layout),
		siteStubSize,
		planCopies: (elf, wanted, functions) => planCopies(iced, elf, wanted, functions),
		copyStub,
		redirections: (elf, entries, folded) => findX8664Redirections(iced, elf, entries, folded),
		stub: (entry, address, codeAddress, redirected, beside) =>
			stub(entry, address, codeAddress, layout, redirected, beside),
		// Where the address space is seldom taken.
		preferred: elf => beside(elf, 256 * 2 ** 20, 2 ** 12),
	};
}

/** The counter; what an override resumes at; at the end the counting of an entry that the counter leaves to native/entries. */
function stub(
	entry: Entry,
	address: number,
	codeAddress: number,
	layout: EntryLayout,
	redirected: Redirected,
	beside: number | null,
): Stub {
	const {slot} = entry;
	if (slot === null) return resuming(() => [], entry, address, redirected);
	const row = bypassedAt(slot, layout);
	const {flagsDead} = entry.displaced;
	const count = beside === null ? countHere(row, flagsDead, layout) : countBeside(beside, flagsDead, layout);
	return resuming(
		elsewhere => count(codeAddress, elsewhere),
		entry,
		address,
		redirected,
		resume => countElsewhere(row, flagsDead, codeAddress + layout.STUBS_COUNTER_AT, resume, beside !== null),
	);
}

/** As `stub` makes it; null for copies. */
function stubSizes(layout: EntryLayout): NonNullable<EntryMachine['stubSize']> {
	const sizes = [false, true].map(isBeside =>
		[false, true].map(flagsDead => ({
			first: sizeOf((isBeside ? countBeside : countHere)(0, flagsDead, layout)(0, 0)),
			last: sizeOf(countElsewhere(0, flagsDead, 0, 0, isBeside)),
		})),
	);
	return ({slot, copies, landingPad, displaced: {size, flagsDead}}, isBeside) => {
		const counter = slot === null ? {first: 0, last: 0} : sizes[Number(isBeside)]?.[Number(flagsDead)];
		if (size === undefined || copies !== undefined || counter === undefined) return null;
		const jumpBack = counter.first + landingPad.length + size;
		return {resume: counter.first, jumpBack, size: jumpBack + jumpSize + counter.last};
	};
}

/** A byte; the distance to an address, which ends its instruction; or, of what each thread has of its own, the distance of a byte of `entries_main_low`. */
type Part = number | {readonly to: number} | {readonly ofMainLow: number};

/**
 * A stub: a counter, told where `elsewhere` will stand; what an override resumes at, which is the landing pad's twin, the displaced
 * instructions and the jump back to those that follow them; `elsewhere`, told where to resume.
 */
function resuming(
	counter: (elsewhere: number) => readonly Part[],
	{at, landingPad: pad, displaced}: Pick<Entry, 'at' | 'landingPad' | 'displaced'>,
	address: number,
	redirected: Redirected,
	elsewhere: (resume: number) => readonly Part[] = () => [],
): Stub {
	const resume = sizeOf(counter(address));
	const begin = resume + pad.length;
	const instructions = displaced.encode(address + begin, redirected);
	const jumpBack = begin + instructions.bytes.length;
	const next = jumpBack + jumpSize;
	const first = place(counter(address + next), address);
	const back = place([jumpOpcode, {to: at + displaced.length}], address + jumpBack);
	const last = place(elsewhere(address + resume), address + next);
	const bytes = new Uint8Array(next + last.bytes.length);
	bytes.set(first.bytes);
	bytes.set(pad, resume);
	bytes.set(instructions.bytes, begin);
	bytes.set(back.bytes, jumpBack);
	bytes.set(last.bytes, next);
	const fixups: Fixup[] = [...first.fixups];
	for (const {offset, kind} of instructions.fixups) fixups.push({offset: offset + begin, kind});
	fixups.push({offset: jumpBack + 1, kind: 'relative-32'});
	return {bytes, fixups, resume, jumpBack};
}

function place(parts: readonly Part[], address: number): Code {
	const bytes = new Uint8Array(sizeOf(parts));
	const fixups: Fixup[] = [];
	let at = 0;
	for (const part of parts) {
		if (typeof part === 'number') {
			bytes[at] = part;
			at += 1;
			continue;
		}
		if ('ofMainLow' in part) fixups.push({offset: at, kind: 'thread-32'});
		const value = 'to' in part ? relative(part.to, address + at + 4) : part.ofMainLow;
		for (let byte = 0; byte < 4; byte += 1) bytes[at + byte] = value >> (8 * byte);
		at += 4;
	}
	return {bytes, fixups};
}

function sizeOf(parts: readonly Part[]): number {
	let size = 0;
	for (const part of parts) size += typeof part === 'number' ? 1 : 4;
	return size;
}

const jumpOpcode = 0xe9;
const keepFlags = [0x9f, 0x0f, 0x90, 0xc0]; // lahf; seto %al
const giveFlagsBack = [0x04, 0x7f, 0x9e]; // add $127, %al; sahf
const giveRegistersBack = [0x5a, 0x59, 0x58]; // pop %rdx; pop %rcx; pop %rax
const addOne = [0xf0, 0x48, 0xff, 0x05]; // lock incq counter(%rip)
const addOneAlone = [0x48, 0xff, 0x05]; // incq counter(%rip)

/**
 * As entries_count of native/entries/count-x86-64.S, for the case that nearly every call is: from the interpreter's own code, in
 * the main thread. Flags that nobody relies on are not kept.
 */
function countHere(row: number, flagsDead: boolean, layout: EntryLayout) {
	return (head: number, elsewhere: number): readonly Part[] => [
		...[0x50, 0x51, 0x52], // push %rax; push %rcx; push %rdx
		...(flagsDead ? [] : keepFlags),
		...[0x48, 0x8b, 0x4c, 0x24, 0x18], // mov 24(%rsp), %rcx: the return address
		...[0x48, 0x2b, 0x0d, {to: head + layout.STUBS_LOW_AT}], // sub low(%rip), %rcx
		...[0x48, 0x3b, 0x0d, {to: head + layout.STUBS_SIZE_AT}], // cmp size(%rip), %rcx
		...[0x0f, 0x83, {to: elsewhere}], // jae elsewhere
		...[0x48, 0x8b, 0x0d, {to: head + layout.STUBS_MAIN_LEDGER_AT}], // mov main_ledger(%rip), %rcx
		...[0x64, 0x48, 0x8b, 0x09], // mov %fs:(%rcx), %rcx
		...[0x48, 0x85, 0xc9], // test %rcx, %rcx
		...[0x0f, 0x84, {to: elsewhere}], // je elsewhere
		...[0x48, 0x8b, 0x51, layout.LEDGER_OFFSET_AT], // mov offset(%rcx), %rdx
		...[0x48, 0xff, 0x84, 0xd1, ...word(row)], // incq row(%rcx, %rdx, 8)
		...(flagsDead ? [] : giveFlagsBack),
		...giveRegistersBack,
	];
}

/**
 * The same in a ledger beside the stubs. `entries_main_low` is where the interpreter's code begins, and in any other thread than the
 * main one an address that no return address is a little above.
 */
function countBeside(counter: number, flagsDead: boolean, layout: EntryLayout) {
	return (head: number, elsewhere: number): readonly Part[] => [
		...(flagsDead ? [0x51] : [0x50, 0x51, ...keepFlags]), // push %rax; push %rcx
		...[0x48, 0x8b, 0x4c, 0x24, flagsDead ? 0x08 : 0x10], // mov 16(%rsp), %rcx: the return address
		...[0x64, 0x48, 0x2b, 0x0c, 0x25, {ofMainLow: 0}], // sub %fs:main_low, %rcx
		...[0x48, 0x3b, 0x0d, {to: head + layout.STUBS_SIZE_AT}], // cmp size(%rip), %rcx
		...[0x0f, 0x83, {to: elsewhere}], // jae elsewhere
		...addOneAlone,
		{to: counter},
		...(flagsDead ? [0x59] : [...giveFlagsBack, 0x59, 0x58]), // pop %rcx; pop %rax
	];
}

/** Everything as it was, then `push %rax; mov $row, %eax; call *counter(%rip); pop %rax; jmp resume`. */
function countElsewhere(
	row: number,
	flagsDead: boolean,
	counter: number,
	resume: number,
	isBeside: boolean,
): readonly Part[] {
	const registers = isBeside ? (flagsDead ? [0x59] : [0x59, 0x58]) : giveRegistersBack;
	return [
		...(flagsDead ? [] : giveFlagsBack),
		...registers,
		...[0x50, 0xb8, ...word(row)],
		...[0xff, 0x15, {to: counter}],
		...[0x58, jumpOpcode, {to: resume}],
	];
}

/**
 * `cmpb $0, %fs:main_low + 7; js other; incq own(%rip)`, the displaced instructions once more, the jump back: one jump less than by way
 * of `resume`. A call among them would return to here, so that one goes to `resume`. In another thread than the main one: `lock incq
 * shared(%rip)`.
 *
 * The flags are lost, which no caller that a compiler made notices: the psABI has none of them kept across a call, and gcc's -fipa-ra
 * counts fixed registers, which they are, as used by every function (collect_fn_hard_reg_usage).
 */
function siteStub(
	{at, displaced}: Entry,
	address: number,
	{own, shared}: SiteCounters,
	resume: number,
	redirected: Redirected,
): Code {
	const count = (other: number) => countSite(own, other);
	const countOther = (back: number) => countSiteElsewhere(shared, back);
	if (!displaced.calls)
		return resuming(count, {at, displaced, landingPad: new Uint8Array(0)}, address, redirected, countOther);
	const whole = (other: number): readonly Part[] => [...count(other), jumpOpcode, {to: resume}, ...countOther(resume)];
	const other = sizeOf(whole(address)) - sizeOf(countOther(resume));
	return place(whole(address + other), address);
}

function countSite(own: number, other: number): readonly Part[] {
	return [...[0x64, 0x80, 0x3c, 0x25, {ofMainLow: 7}, 0x00], ...[0x0f, 0x88, {to: other}], ...addOneAlone, {to: own}];
}

function countSiteElsewhere(shared: number, back: number): readonly Part[] {
	return [...addOne, {to: shared}, jumpOpcode, {to: back}];
}

const siteSizes = [sizeOf(countSite(0, 0)), sizeOf(countSiteElsewhere(0, 0))] as const;

/** As `siteStub` makes it. */
function siteStubSize({displaced: {size, calls}}: Entry): number | null {
	if (size === undefined) return null;
	const [first, last] = siteSizes;
	return calls ? first + jumpSize + last : first + size + jumpSize + last;
}

/**
 * In the midst of a function the red zone below the stack pointer (the psABI's 128 bytes) may be in use, so that the flags are pushed
 * beyond it; no register is touched.
 */
function copyStub(entry: Entry, address: number, counters: readonly number[], redirected: Redirected): Stub {
	const {flagsDead} = entry.displaced;
	const keep = flagsDead ? [] : [0x48, 0x8d, 0x64, 0x24, 0x80, 0x9c]; // lea -128(%rsp), %rsp; pushf
	const giveBack = flagsDead ? [] : [0x9d, 0x48, 0x8d, 0xa4, 0x24, 0x80, 0, 0, 0]; // popf; lea 128(%rsp), %rsp
	const adding = counters.flatMap(to => [...addOne, {to}]);
	return resuming(() => [...keep, ...adding, ...giveBack], entry, address, redirected);
}

/** 32 bits, the lowest first. */
function word(value: number): readonly number[] {
	return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >> 24];
}
