/** This file displaces the first instructions of an x86-64 function: decodes them, and encodes them for another place. */

import type {Iced} from '../../binding/code/x86-64.js';
import type {Candidate, Code, Displaced, Fixup, Redirected} from '../entry.js';
import {Refusal} from '../refusal.js';

/** `jmp rel32`, and `jmp rel8`. */
export const [jumpSize, shortJumpSize] = [5, 2];

export type Displacement =
	| {readonly kind: 'displaced'; readonly displaced: Displaced}
	/** A jump of fewer bytes may fit. */
	| {readonly kind: 'too-short'; readonly reason: string}
	| {readonly kind: 'refused'; readonly reason: string};

/** Displaces at least as many bytes as are overwritten. */
export function tryDisplace(iced: Iced, candidate: Candidate, overwritten: number): Displacement {
	try {
		return {kind: 'displaced', displaced: displace(iced, candidate, overwritten)};
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return {kind: error instanceof TooShort ? 'too-short' : 'refused', reason: error.message};
	}
}

class TooShort extends Refusal {
	constructor() {
		super('it is too short');
	}
}

/** One instruction, ready to be put elsewhere. */
interface Piece {
	/** Where it stands in the function. */
	readonly at: number;
	readonly bytes: Uint8Array;
	/** Where in it the 32-bit distance to `target` stands, and what follows it; null where it is the same everywhere. */
	readonly reference: {readonly offset: number; readonly target: number} | null;
}

function displace(iced: Iced, {address, size, at, bytes}: Candidate, overwritten: number): Displaced {
	const {FlowControl} = iced;
	const end = address + size;
	const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
	decoder.ip = BigInt(at);
	const instruction = new iced.Instruction();
	const pieces: Piece[] = [];
	let length = 0;
	let calls = false;
	try {
		while (length < overwritten) {
			if (at + length >= end) throw new TooShort();
			decoder.decodeOut(instruction);
			if (instruction.code === iced.Code.INVALID) throw new Refusal('its first instructions cannot be decoded');
			const offsets = decoder.getConstantOffsets(instruction);
			pieces.push(
				pieceOf(iced, instruction, at + length, bytes.subarray(length, length + instruction.length), {
					displacement: offsets.displacementOffset,
					immediate: offsets.immediateOffset,
					immediateSize: offsets.immediateSize,
				}),
			);
			offsets.free();
			length += instruction.length;
			const flow = instruction.flowControl;
			calls ||= flow === FlowControl.Call || flow === FlowControl.IndirectCall;
			const ends =
				flow === FlowControl.Return ||
				flow === FlowControl.UnconditionalBranch ||
				flow === FlowControl.IndirectBranch ||
				flow === FlowControl.Exception;
			if (ends) break;
		}
		if (length < overwritten) {
			// What follows is never reached from here; only padding may be lost.
			if (!isPadding(iced, bytes.subarray(length), overwritten - length)) throw new TooShort();
		} else if (at + length > end) {
			throw new TooShort();
		}
	} finally {
		instruction.free();
		decoder.free();
	}
	return {
		length,
		overwritten,
		calls,
		flagsDead: overwritesFlags(iced, bytes.subarray(0, Math.min(bytes.length, end - at))),
		size: sizeOf(pieces),
		encode: (address, redirected) => encode(pieces, address, redirected),
	};
}

/**
 * Whether the first instructions write all the flags before one reads any or leads elsewhere. Only those that always write
 * them all count: a shift by a register may write none.
 */
function overwritesFlags(iced: Iced, bytes: Uint8Array): boolean {
	const {FlowControl, Mnemonic, RflagsBits} = iced;
	const status = RflagsBits.OF | RflagsBits.SF | RflagsBits.ZF | RflagsBits.AF | RflagsBits.CF | RflagsBits.PF;
	const overwriting: readonly import('iced-x86').Mnemonic[] = [
		Mnemonic.Add,
		Mnemonic.And,
		Mnemonic.Cmp,
		Mnemonic.Or,
		Mnemonic.Sub,
		Mnemonic.Test,
		Mnemonic.Xor,
	];
	const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
	const instruction = new iced.Instruction();
	try {
		while (decoder.canDecode) {
			decoder.decodeOut(instruction);
			if (instruction.code === iced.Code.INVALID || instruction.flowControl !== FlowControl.Next) return false;
			if ((instruction.rflagsRead & status) !== 0) return false;
			if (overwriting.includes(instruction.mnemonic)) return true;
		}
		return false;
	} finally {
		instruction.free();
		decoder.free();
	}
}

function pieceOf(
	iced: Iced,
	instruction: import('iced-x86').Instruction,
	at: number,
	bytes: Uint8Array,
	offsets: {readonly displacement: number; readonly immediate: number; readonly immediateSize: number},
): Piece {
	if (instruction.isIpRelMemoryOperand) {
		// With a 32-bit address size the sum wraps at 4 GiB, which it does not elsewhere.
		if (instruction.memoryBase !== iced.Register.RIP) throw new Refusal('it begins with an address of 32 bits');
		return {
			at,
			bytes,
			reference: {offset: offsets.displacement, target: Number(BigInt.asIntN(64, instruction.ipRelMemoryAddress))},
		};
	}
	if (instruction.isJccShortOrNear || instruction.isJmpShortOrNear || instruction.isCallNear) {
		const target = Number(BigInt.asIntN(64, instruction.nearBranchTarget));
		if (offsets.immediateSize === 4) return {at, bytes, reference: {offset: offsets.immediate, target}};
		const opcode = bytes[0] ?? 0;
		if (bytes.length === 2 && opcode === 0xeb) {
			return {at, bytes: Uint8Array.of(0xe9, 0, 0, 0, 0), reference: {offset: 1, target}};
		}
		if (bytes.length === 2 && opcode >= 0x70 && opcode <= 0x7f) {
			return {at, bytes: Uint8Array.of(0x0f, opcode + 0x10, 0, 0, 0, 0), reference: {offset: 2, target}};
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
			return {at, bytes, reference: null};
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

function encode(pieces: readonly Piece[], address: number, redirected: Redirected): Code {
	const bytes = new Uint8Array(sizeOf(pieces));
	const view = new DataView(bytes.buffer);
	const fixups: Fixup[] = [];
	let offset = 0;
	for (const piece of pieces) {
		bytes.set(piece.bytes, offset);
		if (piece.reference !== null) {
			const place = offset + piece.reference.offset;
			const beside = redirected(piece.at);
			view.setInt32(place, relative(beside ?? piece.reference.target, address + offset + piece.bytes.length), true);
			// What stands among the stubs is as far away wherever they stand.
			if (beside === null) fixups.push({offset: place, kind: 'relative-32'});
		}
		offset += piece.bytes.length;
	}
	return {bytes, fixups};
}

function sizeOf(pieces: readonly Piece[]): number {
	return pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
}

/** Errors: Refusal where no 32 bits can hold it. */
export function relative(target: number, next: number): number {
	const distance = target - next;
	if (distance !== (distance | 0)) throw new Refusal('it refers to what is more than 2 GiB away');
	return distance;
}
