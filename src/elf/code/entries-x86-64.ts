/** This file moves the first instructions of x86-64 functions aside, and writes what stands there. */

import type {Elf} from '../elf.js';
import {frameStarts} from '../frames.js';
import {
	type Arrangement,
	type Candidate,
	type Code,
	type Entry,
	type EntryMachine,
	entryOf,
	type Fixup,
	head,
	type Moved,
	Refusal,
	type Stub,
} from './entries.js';
import {refuseEntered} from './entries-entered.js';
import {type Iced, loadIced} from './x86-64.js';

/** `jmp rel32`, and `jmp rel8`. */
const [jumpSize, shortJumpSize] = [5, 2];

export function loadX8664Entries(): EntryMachine {
	const iced = loadIced();
	return {
		landingPad: bytes => (startsWith(bytes, endbr64) ? endbr64.length : 0),
		arrange: (elf, candidates) => arrange(iced, elf, candidates),
		stub,
		headSize: 16,
		preferred,
	};
}

const endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
	return prefix.every((byte, index) => bytes[index] === byte);
}

/**
 * Each entry gets a long jump where it can. One that is shorter, or branched into behind its first two bytes, gets a short
 * jump to a long one, for which a function nearby makes room by moving more of its instructions.
 */
function arrange(iced: Iced, elf: Elf, candidates: readonly Candidate[]): Arrangement {
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

/** What else begins in the core's code. */
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

/** The reason where it cannot be moved. */
function tryMove(iced: Iced, candidate: Candidate, replaced: number): Moved | string {
	try {
		return move(iced, candidate, replaced);
	} catch (error) {
		if (error instanceof Refusal) return error.message;
		throw error;
	}
}

const tooShort = 'it is too short';

/** One instruction, ready to be put elsewhere. */
interface Piece {
	readonly bytes: Uint8Array;
	/** Where in it the 32-bit distance to `target` stands, and what follows it; null where it is the same everywhere. */
	readonly reference: {readonly offset: number; readonly target: number} | null;
}

function move(iced: Iced, {address, size, at, bytes}: Candidate, replaced: number): Moved {
	const {FlowControl} = iced;
	const end = address + size;
	const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
	decoder.ip = BigInt(at);
	const instruction = new iced.Instruction();
	const pieces: Piece[] = [];
	let length = 0;
	try {
		while (length < replaced) {
			if (at + length >= end) throw new Refusal(tooShort);
			decoder.decodeOut(instruction);
			if (instruction.code === iced.Code.INVALID) throw new Refusal('its first instructions cannot be decoded');
			const offsets = decoder.getConstantOffsets(instruction);
			pieces.push(
				pieceOf(iced, instruction, bytes.subarray(length, length + instruction.length), {
					displacement: offsets.displacementOffset,
					immediate: offsets.immediateOffset,
					immediateSize: offsets.immediateSize,
				}),
			);
			offsets.free();
			length += instruction.length;
			const flow = instruction.flowControl;
			const ends =
				flow === FlowControl.Return ||
				flow === FlowControl.UnconditionalBranch ||
				flow === FlowControl.IndirectBranch ||
				flow === FlowControl.Exception;
			if (ends) break;
		}
		if (length < replaced) {
			// What follows is never reached from here; only padding may be lost.
			if (!isPadding(iced, bytes.subarray(length), replaced - length)) throw new Refusal(tooShort);
		} else if (at + length > end) {
			throw new Refusal(tooShort);
		}
	} finally {
		instruction.free();
		decoder.free();
	}
	return {length, replaced, encode: address => encode(pieces, address)};
}

function pieceOf(
	iced: Iced,
	instruction: import('iced-x86').Instruction,
	bytes: Uint8Array,
	offsets: {readonly displacement: number; readonly immediate: number; readonly immediateSize: number},
): Piece {
	if (instruction.isIpRelMemoryOperand) {
		// With a 32-bit address size the sum wraps at 4 GiB, which it does not elsewhere.
		if (instruction.memoryBase !== iced.Register.RIP) throw new Refusal('it begins with an address of 32 bits');
		return {
			bytes,
			reference: {offset: offsets.displacement, target: Number(BigInt.asIntN(64, instruction.ipRelMemoryAddress))},
		};
	}
	if (instruction.isJccShortOrNear || instruction.isJmpShortOrNear || instruction.isCallNear) {
		const target = Number(BigInt.asIntN(64, instruction.nearBranchTarget));
		if (offsets.immediateSize === 4) return {bytes, reference: {offset: offsets.immediate, target}};
		const opcode = bytes[0] ?? 0;
		if (bytes.length === 2 && opcode === 0xeb) {
			return {bytes: Uint8Array.of(0xe9, 0, 0, 0, 0), reference: {offset: 1, target}};
		}
		if (bytes.length === 2 && opcode >= 0x70 && opcode <= 0x7f) {
			return {bytes: Uint8Array.of(0x0f, opcode + 0x10, 0, 0, 0, 0), reference: {offset: 2, target}};
		}
		throw new Refusal('it begins with a branch that has no long form');
	}
	const {FlowControl} = iced;
	switch (instruction.flowControl) {
		case FlowControl.Next:
		case FlowControl.Return:
		case FlowControl.IndirectBranch:
		case FlowControl.IndirectCall:
		case FlowControl.Exception:
			return {bytes, reference: null};
		default:
			throw new Refusal('it begins with a branch that has no long form');
	}
}

function isPadding(iced: Iced, bytes: Uint8Array, size: number): boolean {
	const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
	try {
		for (let length = 0; length < size; ) {
			const instruction = decoder.decode();
			const {mnemonic} = instruction;
			length += instruction.length;
			instruction.free();
			if (mnemonic !== iced.Mnemonic.Nop && mnemonic !== iced.Mnemonic.Int3) return false;
		}
		return true;
	} finally {
		decoder.free();
	}
}

function encode(pieces: readonly Piece[], address: number): Code {
	const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.bytes.length, 0));
	const view = new DataView(bytes.buffer);
	const fixups: Fixup[] = [];
	let offset = 0;
	for (const piece of pieces) {
		bytes.set(piece.bytes, offset);
		if (piece.reference !== null) {
			const place = offset + piece.reference.offset;
			view.setInt32(place, relative(piece.reference.target, address + offset + piece.bytes.length), true);
			fixups.push({offset: place, kind: 'relative-32'});
		}
		offset += piece.bytes.length;
	}
	return {bytes, fixups};
}

function relative(target: number, next: number): number {
	const distance = target - next;
	if (distance !== (distance | 0)) throw new Refusal('it refers to what is more than 2 GiB away');
	return distance;
}

/** In native/ledger.h: the header, a row, and the first bypassed number in a row. */
const [headerSize, rowSize, bypassedAt] = [128, 64, 32];

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
	view.setUint32(2, headerSize + slot * rowSize + bypassedAt, true);
	bytes.set([0xff, 0x15], 6);
	view.setInt32(8, codeAddress - (address + 12), true);
	bytes[12] = 0x58;
}

/** 256 MiB below a library, where the address space is seldom taken; above what stands at a fixed low address. */
function preferred({header, segments}: Elf): number {
	const loaded = segments.filter(({type}) => type === 'load');
	const distance = 256 * 2 ** 20;
	const page = 2 ** 12;
	if (header.type === 'executable') {
		return Math.ceil(Math.max(...loaded.map(({address, memorySize}) => address + memorySize)) / page) * page + distance;
	}
	return Math.floor(Math.min(...loaded.map(({address}) => address)) / page) * page - distance;
}
