/** This file moves the first instructions of x86-64 functions aside, and writes what stands there. */

import type {Elf} from '../elf.js';
import {type Code, type Entry, type EntryMachine, type Fixup, type Moved, Refusal, type Stub} from './entries.js';
import {refuseEntered} from './entries-entered.js';
import {type Iced, loadIced} from './x86-64.js';

/** `jmp rel32`. */
const jumpSize = 5;

export function loadX8664Entries(): EntryMachine {
	const iced = loadIced();
	return {
		landingPad: bytes => (startsWith(bytes, endbr64) ? endbr64.length : 0),
		move: ({at, end, bytes}) => move(iced, at, end, bytes),
		refuse: (elf, entries) => refuseEntered(iced, elf, entries),
		stub,
		headSize: 16,
		preferred,
	};
}

const endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
	return prefix.every((byte, index) => bytes[index] === byte);
}

/** One instruction, ready to be put elsewhere. */
interface Piece {
	readonly bytes: Uint8Array;
	/** Where in it the 32-bit distance to `target` stands, and what follows it; null where it is the same everywhere. */
	readonly reference: {readonly offset: number; readonly target: number} | null;
}

function move(iced: Iced, at: number, end: number, bytes: Uint8Array): Moved {
	const {FlowControl} = iced;
	const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
	decoder.ip = BigInt(at);
	const instruction = new iced.Instruction();
	const pieces: Piece[] = [];
	let length = 0;
	try {
		while (length < jumpSize) {
			if (at + length >= end) throw new Refusal('it is too short');
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
		if (length < jumpSize) {
			// What follows is never reached from here; only padding may be lost.
			if (!isPadding(iced, bytes.subarray(length), jumpSize - length)) throw new Refusal('it is too short');
		} else if (at + length > end) {
			throw new Refusal('it is too short');
		}
	} finally {
		instruction.free();
		decoder.free();
	}
	return {length, replaced: jumpSize, encode: address => encode(pieces, address)};
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

function stub({slot, address: entry, at, moved}: Entry, address: number, codeAddress: number): Stub {
	const counter = new Uint8Array(13);
	const view = new DataView(counter.buffer);
	// push %rax; mov $row, %eax; call *counter(%rip); pop %rax
	counter[0] = 0x50;
	counter[1] = 0xb8;
	view.setUint32(2, headerSize + slot * rowSize + bypassedAt, true);
	counter.set([0xff, 0x15], 6);
	view.setInt32(8, codeAddress - (address + 12), true);
	counter[12] = 0x58;
	const pad = at === entry ? [] : endbr64;
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
