/** This file finds an entry for each x86-64 function that can have one: by a long jump, or by a short one to a long one. */

import type {Iced} from '../../binding/code/x86-64.js';
import {frameStarts} from '../../elf/eh-frame-header.js';
import type {Elf} from '../../elf/elf.js';
import {type Arrangement, type Candidate, type Entry, entryOf, head} from '../plan.js';
import {refuseEntered} from './branched-into.js';
import {jumpSize, shortJumpSize, tooShort, tryMove} from './relocate.js';

/**
 * Each entry gets a long jump where it can. One that is shorter, or branched into behind its first two bytes, gets a short
 * jump to a long one, for which a function nearby makes room by moving more of its instructions.
 */
export function arrange(iced: Iced, elf: Elf, candidates: readonly Candidate[]): Arrangement {
	const refused = new Map<Candidate, string>();
	const long = new Map<Entry, Candidate>();
	const short: Candidate[] = [];
	for (const candidate of candidates) {
		const moved = tryMove(iced, candidate, jumpSize);
		if (typeof moved !== 'string') long.set(entryOf(candidate, moved, null), candidate);
		else {
			refused.set(candidate, moved);
			if (moved === tooShort) short.push(candidate);
		}
	}
	for (const [entry, {reason, first}] of refuseEntered(iced, elf, [...long.keys()])) {
		const candidate = long.get(entry) as Candidate;
		long.delete(entry);
		refused.set(candidate, reason);
		if (first >= shortJumpSize) short.push(candidate);
	}
	if (short.length === 0) return {entries: [...long.keys()], refused};
	const pairs = shortJumps(iced, elf, short, long);
	for (const {entry, candidate, host} of pairs) {
		refused.delete(candidate);
		if (host.instead !== null) long.delete(host.instead);
		long.set(host.entry, host.candidate).set(entry, candidate);
	}
	return {entries: [...long.keys()], refused};
}

interface Host {
	readonly entry: Entry;
	/** What it was without the room; null for a function that is not counted itself. */
	readonly instead: Entry | null;
	readonly candidate: Candidate;
}

interface Pair {
	readonly entry: Entry;
	readonly candidate: Candidate;
	readonly host: Host;
}

function shortJumps(
	iced: Iced,
	elf: Elf,
	short: readonly Candidate[],
	long: ReadonlyMap<Entry, Candidate>,
): readonly Pair[] {
	const entries = new Map<Entry, Candidate>();
	for (const candidate of short) {
		const moved = tryMove(iced, candidate, shortJumpSize);
		if (typeof moved !== 'string') entries.set(entryOf(candidate, moved, null), candidate);
	}
	const hosts = new Map<Entry, Host>();
	const offer = (candidate: Candidate, instead: Entry | null) => {
		if (![...entries.keys()].some(entry => isNear(entry, candidate))) return;
		const moved = tryMove(iced, candidate, 2 * jumpSize);
		if (typeof moved === 'string' || moved.length < 2 * jumpSize) return;
		const entry = entryOf(candidate, moved, null);
		hosts.set(entry, {entry, instead, candidate});
	};
	for (const [instead, candidate] of long) offer(candidate, instead);
	for (const candidate of unwanted(elf, [...entries.values(), ...long.values()])) offer(candidate, null);
	for (const entry of refuseEntered(iced, elf, [...entries.keys(), ...hosts.keys()]).keys()) {
		entries.delete(entry);
		hosts.delete(entry);
	}
	const pairs: Pair[] = [];
	for (const [entry, candidate] of entries) {
		const host = [...hosts.values()].find(host => isNear(entry, host.entry));
		if (host === undefined) continue;
		hosts.delete(host.entry);
		pairs.push({entry: {...entry, via: roomOf(host.entry)}, candidate, host});
	}
	return pairs;
}

function roomOf({at}: Pick<Entry, 'at'>): number {
	return at + jumpSize;
}

/** What else begins in the interpreter's code. */
function unwanted(elf: Elf, wanted: readonly Candidate[]): readonly Candidate[] {
	const taken = new Set(wanted.map(({address}) => address));
	const starts = frameStarts(elf, elf.segments);
	return starts.flatMap((address, index) => {
		const size = (starts[index + 1] ?? address) - address;
		if (size < 2 * jumpSize || taken.has(address)) return [];
		const bytes = head(elf, address);
		return [{slot: null, symbols: [], address, size, at: address, landingPad: bytes.subarray(0, 0), bytes}];
	});
}

function isNear({at}: Entry, host: Pick<Entry, 'at'>): boolean {
	const distance = roomOf(host) - (at + shortJumpSize);
	return distance >= -128 && distance <= 127;
}
