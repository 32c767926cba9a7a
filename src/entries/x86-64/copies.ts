/** This file plans the counting of inlined copies on x86-64: a jump at the entry of each copy where it is certain what that counts. */

import {firstAbove} from '../../binding/code/first-above.js';
import type {Iced} from '../../binding/code/x86-64.js';
import type {Elf} from '../../elf/elf.js';
import {head} from '../code-at.js';
import type {CopyLeftAlone, PlannedCopies, WantedCopy} from '../copy.js';
import {bytesOf, type Entry, entryOf} from '../entry.js';
import {Refusal} from '../refusal.js';
import {refuseEntered} from './branched-into.js';
import {type Flow, flowOf} from './flow.js';
import {x8664LandingPad} from './landing-pad.js';
import {beginningsOf} from './once.js';
import {pointedCode} from './pointed.js';
import {jumpSize, tryDisplace} from './relocate.js';

const reasons = {
	trivial: 'the function is one instruction, so that other copies may have left no trace at all',
	gone: 'none of its code is left',
	nowhere: 'debug information does not name the function around it',
	undecided: 'the function around it cannot be decoded',
	short: 'the code around it ends too soon',
	taken: 'another counter displaces the instructions there',
	address: 'data holds the address of one of its first bytes',
} as const;

/** `functions`: the entries that are counted besides, in whose instructions no copy is counted. */
export function planCopies(
	iced: Iced,
	elf: Elf,
	wanted: readonly WantedCopy[],
	functions: readonly Entry[],
): PlannedCopies {
	const left: CopyLeftAlone[] = [];
	const pointed = pointedCode(elf);
	const flowAround = flows(iced, elf, pointed);
	const isTrivial = trivialities(iced, elf);
	const beginnings = new Map<WantedCopy, readonly number[]>();
	for (const copy of wanted) {
		const found = isTrivial(copy.original) ? reasons.trivial : beginningsIn(copy, flowAround);
		if (typeof found === 'string') left.push(leftAlone(copy, found));
		else beginnings.set(copy, found);
	}
	const {entries, refused} = jumpsAt(iced, elf, beginnings, pointed, new Set(functions.flatMap(bytesOf)));
	// A copy is counted at each of its beginnings or not at all.
	for (const [copy, places] of beginnings) {
		const reason = places.flatMap(at => refused.get(at) ?? [])[0];
		if (reason === undefined) continue;
		left.push(leftAlone(copy, reason));
		beginnings.delete(copy);
	}
	const rowsAt = new Map<number, number[]>();
	for (const [{row}, places] of beginnings) for (const at of places) rowsAt.set(at, [...(rowsAt.get(at) ?? []), row]);
	return {
		counted: [...beginnings.keys()],
		entries: entries.flatMap(entry => {
			const copies = rowsAt.get(entry.at);
			return copies === undefined ? [] : [{...entry, copies}];
		}),
		left,
	};
}

function leftAlone({symbol, within, entry}: WantedCopy, reason: string): CopyLeftAlone {
	return {symbol, within, entry, reason};
}

interface Jumps {
	readonly entries: readonly Entry[];
	/** By address, why none can be written there. */
	readonly refused: ReadonlyMap<number, string>;
}

/** `taken`: the bytes that others displace. */
function jumpsAt(
	iced: Iced,
	elf: Elf,
	beginnings: ReadonlyMap<WantedCopy, readonly number[]>,
	pointed: readonly number[],
	taken: Set<number>,
): Jumps {
	const refused = new Map<number, string>();
	const entries = new Map<number, Entry>();
	const ends = new Map(
		[...beginnings].flatMap(([{around}, places]) => places.map(at => [at, endOf(around, at)] as const)),
	);
	for (const [at, end] of [...ends].sort(([one], [other]) => one - other)) {
		const entry = displaced(iced, elf, at, end);
		const next = pointed[firstAbove(pointed, at)] ?? Number.POSITIVE_INFINITY;
		if (typeof entry === 'string') refused.set(at, entry);
		else if (bytesOf(entry).some(byte => taken.has(byte))) refused.set(at, reasons.taken);
		else if (next < at + jumpSize) refused.set(at, reasons.address);
		else {
			entries.set(at, entry);
			for (const byte of bytesOf(entry)) taken.add(byte);
		}
	}
	for (const [{at}, {reason}] of refuseEntered(iced, elf, [...entries.values()])) {
		refused.set(at, reason);
		entries.delete(at);
	}
	return {entries: [...entries.values()], refused};
}

function endOf(around: WantedCopy['around'], at: number): number {
	return around?.ranges.find(({low, high}) => at >= low && at < high)?.high ?? at;
}

/** Each function is decoded once. */
function flows(
	iced: Iced,
	elf: Elf,
	pointed: readonly number[],
): (around: NonNullable<WantedCopy['around']>) => Flow | null {
	const known = new Map<number, Flow | null>();
	return ({start, ranges}) => {
		const found = known.get(start);
		if (found !== undefined) return found;
		const flow = flowOf(iced, elf, ranges, pointed);
		known.set(start, flow);
		return flow;
	};
}

/** Whether a function is one instruction and a return: that one can become part of another, and then no debug information has the copy. */
function trivialities(iced: Iced, elf: Elf): (address: number) => boolean {
	const known = new Map<number, boolean>();
	return address => {
		const found = known.get(address) ?? isOneInstruction(iced, head(elf, address));
		known.set(address, found);
		return found;
	};
}

function isOneInstruction(iced: Iced, bytes: Uint8Array): boolean {
	const decoder = new iced.Decoder(64, bytes.subarray(x8664LandingPad(bytes)), iced.DecoderOptions.None);
	const [first, second] = [decoder.decode(), decoder.decode()];
	const isOne = [first, second].some(({flowControl}) => flowControl === iced.FlowControl.Return);
	for (const one of [first, second]) one.free();
	decoder.free();
	return isOne;
}

/** As text why they are not certain. */
function beginningsIn(
	{entry, ranges, around}: WantedCopy,
	flowAround: (around: NonNullable<WantedCopy['around']>) => Flow | null,
): readonly number[] | string {
	if (entry === null) return reasons.gone;
	if (around === null) return reasons.nowhere;
	const flow = flowAround(around);
	return flow === null ? reasons.undecided : beginningsOf(flow, around.start, entry, ranges);
}

/** As text why it cannot be. */
function displaced(iced: Iced, elf: Elf, at: number, end: number): Entry | string {
	try {
		const bytes = head(elf, at);
		const none = bytes.subarray(0, 0);
		const candidate = {slot: null, symbols: [], address: at, size: end - at, at, landingPad: none, bytes};
		const result = tryDisplace(iced, candidate, jumpSize);
		if (result.kind !== 'displaced') return result.kind === 'too-short' ? reasons.short : result.reason;
		// Its own code, into whose beginning nothing may jump, is what is displaced: the code around it may begin it again.
		return {...entryOf(candidate, result.displaced, null), size: result.displaced.length};
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return error.message;
	}
}
