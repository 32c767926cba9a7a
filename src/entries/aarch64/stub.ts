/** This file counts entries on aarch64: which functions can have a counter, and what their stubs are. */

import {frameStarts} from '../../elf/eh-frame-header.js';
import type {Elf} from '../../elf/elf.js';
import {isWithin} from '../code-at.js';
import {type Candidate, type Entry, entryOf, type Redirected} from '../entry.js';
import type {EntryLayout} from '../layout.js';
import type {Arrangement, EntryMachine, Stub} from '../machine.js';
import {beside, bypassedAt} from '../place.js';
import {aarch64LandingPad} from './landing-pad.js';
import {findAarch64BoundCalls, findAarch64Redirections} from './redirect.js';
import {Assembler, displace, jumpTarget} from './relocate.js';

export function aarch64Entries(layout: EntryLayout): EntryMachine {
	return {
		layout,
		landingPad: aarch64LandingPad,
		arrange,
		redirections: findAarch64Redirections,
		boundCalls: findAarch64BoundCalls,
		stub: (entry, address, codeAddress, redirected) => stub(entry, address, codeAddress, layout, redirected),
		// A branch reaches 128 MiB, and a page can have 64 KiB.
		preferred: elf => beside(elf, 64 * 2 ** 20, 2 ** 16),
	};
}

const reasons = {
	short: 'it is too short',
	loop: 'its own code jumps back to its entry, which is no call',
	symbol: 'another symbol begins in its first bytes',
	relocated: 'its first bytes are relocated when it is loaded',
} as const;

function arrange(elf: Elf, candidates: readonly Candidate[]): Arrangement {
	const refused = new Map<Candidate, string>();
	for (const candidate of candidates) {
		if (candidate.at + 4 > candidate.address + candidate.size) refused.set(candidate, reasons.short);
	}
	const byPlace = new Map<number, Candidate>();
	for (const candidate of candidates) byPlace.set(candidate.address, candidate).set(candidate.at, candidate);
	for (const {value, defined, type} of [...elf.dynamicSymbols, ...elf.symbols]) {
		const candidate = byPlace.get(value);
		// The linker's own marks, such as $x, are of no type; they stand at the beginning only.
		if (candidate === undefined || !defined || type !== 'function' || value === candidate.address) continue;
		if (!refused.has(candidate)) refused.set(candidate, reasons.symbol);
	}
	for (const {address} of elf.relocations) {
		for (const place of [address & ~3, (address & ~3) + 4]) {
			const candidate = byPlace.get(place);
			if (candidate?.at === place && address < place + 4) refused.set(candidate, reasons.relocated);
		}
	}
	for (const candidate of loops(elf, byPlace)) refused.set(candidate, reasons.loop);
	const entries = candidates.filter(candidate => !refused.has(candidate)).map(one => entryOf(one, displace(one), null));
	return {entries, refused};
}

/** Those that a jump of their own, or of a part of them elsewhere, leads back to the beginning. */
function loops(elf: Elf, byPlace: ReadonlyMap<number, Candidate>): ReadonlySet<Candidate> {
	const found = new Set<Candidate>();
	const from: {readonly candidate: Candidate; readonly at: number}[] = [];
	const jumps: {readonly at: number; readonly target: number}[] = [];
	for (const {type, executable, address, offset, fileSize} of elf.segments) {
		if (type !== 'load' || !executable) continue;
		const bytes = elf.bytes.slice(offset, fileSize, 'code');
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		for (let place = (4 - (address & 3)) & 3; place + 4 <= bytes.length; place += 4) {
			const word = view.getUint32(place, true);
			const target = jumpTarget(word, address + place);
			if (target === null) continue;
			jumps.push({at: address + place, target});
			const candidate = byPlace.get(target);
			if (candidate !== undefined) from.push({candidate, at: address + place});
		}
	}
	const starts = frameStarts(elf, elf.segments);
	for (const {candidate, at} of from) {
		if (isWithin(candidate, at)) found.add(candidate);
		else if (!found.has(candidate)) {
			const index = starts.findLastIndex(start => start <= at);
			const [low, high] = [starts[index] ?? at, starts[index + 1] ?? at + 4];
			const isPart = jumps.some(jump => isWithin(candidate, jump.at) && jump.target >= low && jump.target < high);
			if (isPart) found.add(candidate);
		}
	}
	return found;
}

/**
 * The counter; then, where an override goes on, the landing pad's twin, which may sign the return address and so must not run
 * twice; the displaced instruction.
 */
function stub(
	{slot, landingPad, displaced}: Entry,
	address: number,
	codeAddress: number,
	layout: EntryLayout,
	redirected: Redirected,
): Stub {
	const counter = new Assembler(address);
	const row = bypassedAt(slot ?? 0, layout);
	counter.word(0xa9be_47f0); // stp x16, x17, [sp, #-32]!
	counter.word(0xf900_0bfe); // str x30, [sp, #16]
	counter.word(0x5280_0011 | ((row & 0xffff) << 5)); // movz w17, #low
	counter.word(0x72a0_0011 | ((row >>> 16) << 5)); // movk w17, #high, lsl #16
	counter.word(
		0x5800_0010 | ((((codeAddress + layout.STUBS_COUNTER_AT - (address + counter.size)) / 4) & 0x7_ffff) << 5),
	); // ldr x16, counter
	counter.word(0xd63f_0200); // blr x16
	counter.word(0xf940_0bfe); // ldr x30, [sp, #16]
	counter.word(0xa8c2_47f0); // ldp x16, x17, [sp], #32
	const resume = counter.size + 4;
	const begin = resume + landingPad.length;
	counter.jump(begin);
	const instructions = displaced.encode(address + begin, redirected);
	const bytes = new Uint8Array(begin + instructions.bytes.length);
	bytes.set(counter.finish().bytes);
	bytes.set(landingPad, resume);
	bytes.set(instructions.bytes, begin);
	const fixups = instructions.fixups.map(fixup => ({...fixup, offset: fixup.offset + begin}));
	// A displaced call returns to the word behind it.
	return {bytes, fixups, resume, jumpBack: begin + 4};
}
