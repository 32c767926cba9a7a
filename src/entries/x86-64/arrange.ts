/** This file finds an entry for each x86-64 function that can have one: by a long jump, or by a short one to a relay jump. */

import type {Iced} from '../../binding/code/x86-64.js';
import {frameStarts} from '../../elf/eh-frame-header.js';
import type {Elf} from '../../elf/elf.js';
import {head} from '../code-at.js';
import {type Candidate, type Entry, entryOf} from '../entry.js';
import type {Arrangement} from '../machine.js';
import {refuseEntered} from './branched-into.js';
import {jumpSize, shortJumpSize, tryDisplace} from './relocate.js';

/**
 * Each entry gets a long jump where it can. A function that is shorter, or is branched into behind its first two bytes, gets a
 * short jump to a relay jump. That one needs five bytes within a short jump's reach, which a donor lends: a function of which
 * more instructions are displaced than its own jump needs.
 */
export function arrange(iced: Iced, elf: Elf, candidates: readonly Candidate[]): Arrangement {
	const refused = new Map<Candidate, string>();
	const long = new Map<Entry, Candidate>();
	const short: Candidate[] = [];
	for (const candidate of candidates) {
		const result = tryDisplace(iced, candidate, jumpSize);
		if (result.kind === 'displaced') long.set(entryOf(candidate, result.displaced, null), candidate);
		else {
			refused.set(candidate, result.reason);
			if (result.kind === 'too-short') short.push(candidate);
		}
	}
	for (const [entry, {reason, offset}] of refuseEntered(iced, elf, [...long.keys()])) {
		const candidate = long.get(entry) as Candidate;
		long.delete(entry);
		refused.set(candidate, reason);
		if (offset >= shortJumpSize) short.push(candidate);
	}
	if (short.length === 0) return {entries: [...long.keys()], refused};
	for (const {entry, candidate, donor} of withRelays(iced, elf, short, long)) {
		refused.delete(candidate);
		if (donor.instead !== null) long.delete(donor.instead);
		long.set(donor.entry, donor.candidate).set(entry, candidate);
	}
	return {entries: [...long.keys()], refused};
}

interface Donor {
	readonly entry: Entry;
	/** What its entry was before it lent any bytes; null for a function that is not counted itself. */
	readonly instead: Entry | null;
	readonly candidate: Candidate;
}

interface Relayed {
	readonly entry: Entry;
	readonly candidate: Candidate;
	readonly donor: Donor;
}

function withRelays(
	iced: Iced,
	elf: Elf,
	short: readonly Candidate[],
	long: ReadonlyMap<Entry, Candidate>,
): readonly Relayed[] {
	const entries = new Map<Entry, Candidate>();
	for (const candidate of short) {
		const result = tryDisplace(iced, candidate, shortJumpSize);
		if (result.kind === 'displaced') entries.set(entryOf(candidate, result.displaced, null), candidate);
	}
	const donors = new Map<Entry, Donor>();
	const offer = (candidate: Candidate, instead: Entry | null) => {
		if (![...entries.keys()].some(entry => isNear(entry, candidate))) return;
		const result = tryDisplace(iced, candidate, 2 * jumpSize);
		if (result.kind !== 'displaced' || result.displaced.length < 2 * jumpSize) return;
		const entry = entryOf(candidate, result.displaced, null);
		donors.set(entry, {entry, instead, candidate});
	};
	for (const [instead, candidate] of long) offer(candidate, instead);
	for (const candidate of uncounted(elf, [...entries.values(), ...long.values()])) offer(candidate, null);
	for (const entry of refuseEntered(iced, elf, [...entries.keys(), ...donors.keys()]).keys()) {
		entries.delete(entry);
		donors.delete(entry);
	}
	const relayed: Relayed[] = [];
	for (const [entry, candidate] of entries) {
		const donor = [...donors.values()].find(donor => isNear(entry, donor.entry));
		if (donor === undefined) continue;
		donors.delete(donor.entry);
		relayed.push({entry: {...entry, relay: lentBy(donor.entry)}, candidate, donor});
	}
	return relayed;
}

/** Where the bytes begin that a donor lends: behind its own jump. */
function lentBy({at}: Pick<Entry, 'at'>): number {
	return at + jumpSize;
}

/** The functions that are not to be counted, where .eh_frame_hdr says that one begins. */
function uncounted(elf: Elf, counted: readonly Candidate[]): readonly Candidate[] {
	const taken = new Set(counted.map(({address}) => address));
	const starts = frameStarts(elf, elf.segments);
	return starts.flatMap((address, index) => {
		const size = (starts[index + 1] ?? address) - address;
		if (size < 2 * jumpSize || taken.has(address)) return [];
		const bytes = head(elf, address);
		return [{slot: null, symbols: [], address, size, at: address, landingPad: bytes.subarray(0, 0), bytes}];
	});
}

/** Whether a short jump, of one signed byte, reaches the donor's bytes. */
function isNear({at}: Entry, donor: Pick<Entry, 'at'>): boolean {
	const distance = lentBy(donor) - (at + shortJumpSize);
	return distance >= -128 && distance <= 127;
}
