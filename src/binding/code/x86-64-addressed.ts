/** This file finds the x86-64 instructions in which an address of data stands, as a distance or, in code for a fixed address, as a number. */

import type {Decoder, Instruction} from 'iced-x86';
import type {DecodeOptions, EachAddressed, FindAddressed} from './code.js';
import {firstAbove} from './first-above.js';
import {type Iced, loadIced, type Piece, pieces} from './x86-64.js';
import {decoded, decodePlain, direct, immediate, lea, longestInstruction, unknown} from './x86-64-plain.js';

export const addressedByX8664: FindAddressed = (ranges, starts, options, each) => {
	for (const range of ranges) for (const piece of pieces(range)) findIn(piece, starts, options, each);
};

function findIn(piece: Piece, starts: readonly number[], options: DecodeOptions, each: EachAddressed): void {
	const {address, bytes, end, begin} = piece;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const lastPlain = bytes.length - longestInstruction;
	let next = firstAbove(starts, begin.address);
	let at = begin.address;
	let others: Others | undefined;
	try {
		while (at < end) {
			const offset = at - address;
			const kind = offset < lastPlain ? decodePlain(bytes, offset) : unknown;
			let length = decoded.length;
			if (kind === unknown || (kind === immediate && options.fixedAddress)) {
				others ??= new Others(piece, options, each);
				length = others.decode(at);
			} else if (kind !== direct && decoded.displacementAt >= 0) {
				const displacement = view.getInt32(decoded.displacementAt, true);
				if (decoded.isFromNext) each(at, at + length + displacement, kind !== lea);
				else if (options.fixedAddress) each(at, displacement, bytes[decoded.displacementAt - 2] !== leaOpcode);
			}
			at = Math.min(at + length, starts[next] ?? Number.POSITIVE_INFINITY);
			while ((starts[next] ?? Number.POSITIVE_INFINITY) <= at) next += 1;
		}
	} finally {
		others?.free();
	}
	begin.address = at;
}

const leaOpcode = 0x8d;

/** The instructions of a piece that iced-x86 decodes. */
class Others {
	readonly #iced = loadIced();
	readonly #instruction = new this.#iced.Instruction();
	readonly #decoder: Decoder;

	constructor(
		private readonly piece: Piece,
		private readonly options: DecodeOptions,
		private readonly each: EachAddressed,
	) {
		this.#decoder = new this.#iced.Decoder(64, piece.bytes, this.#iced.DecoderOptions.None);
	}

	/** Gives the instruction's size. */
	decode(at: number): number {
		const [iced, instruction] = [this.#iced, this.#instruction];
		this.#decoder.position = at - this.piece.address;
		this.#decoder.ip = BigInt(at);
		this.#decoder.decodeOut(instruction);
		// Data in the text: the next byte may be code again.
		if (instruction.code === iced.Code.INVALID) return 1;
		const isAccess = instruction.mnemonic !== iced.Mnemonic.Lea;
		if (instruction.isIpRelMemoryOperand) this.each(at, Number(instruction.ipRelMemoryAddress), isAccess);
		else if (this.options.fixedAddress) {
			if (hasMemoryOperand(iced, instruction) && instruction.memoryDisplSize >= 4)
				this.each(at, Number(BigInt.asIntN(64, instruction.memoryDisplacement)), isAccess);
			const number = numberIn(iced, instruction);
			if (number !== null) this.each(at, number, false);
		}
		return Math.max(1, instruction.length);
	}

	free(): void {
		this.#instruction.free();
		this.#decoder.free();
	}
}

function hasMemoryOperand({OpKind}: Iced, instruction: Instruction): boolean {
	return [0, 1, 2].some(index => index < instruction.opCount && instruction.opKind(index) === OpKind.Memory);
}

/** The operand of an instruction that compilers use for addresses. */
function numberIn({Code}: Iced, instruction: Instruction): number | null {
	switch (instruction.code) {
		case Code.Mov_r32_imm32:
			return instruction.immediate32;
		case Code.Mov_rm64_imm32:
		case Code.Pushq_imm32:
		case Code.Cmp_rm64_imm32:
		case Code.Cmp_RAX_imm32:
		case Code.Add_rm64_imm32:
		case Code.Add_RAX_imm32:
		case Code.Sub_rm64_imm32:
		case Code.Sub_RAX_imm32:
			return instruction.immediate32 | 0;
		case Code.Mov_r64_imm64:
			return Number(instruction.immediate64);
		default:
			return null;
	}
}
