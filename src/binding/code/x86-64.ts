/** This file decodes x86-64 code with iced-x86, which is loaded only when there is code to decode. */

import {createRequire} from 'node:module';
import type {Decoder, Instruction} from 'iced-x86';
import {SuiteError} from '../../errors.js';
import type {CodeRange, CodeVisitor, Decode, DecodeOptions} from './code.js';
import {firstAbove} from './first-above.js';
import {decoded, decodePlain, direct, immediate, indirect, lea, longestInstruction, unknown} from './x86-64-plain.js';

export type Iced = typeof import('iced-x86');

export async function loadX8664(): Promise<Decode> {
	mustRunWebAssembly('x86-64');
	return decodeX8664;
}

/** Errors: SuiteError where Node cannot run iced-x86. */
export const decodeX8664: Decode = (ranges, starts, options, visitor) => {
	for (const range of ranges) {
		for (const piece of pieces(range)) decodePiece(piece, starts, options, visitor);
	}
};

/**
 * By `require`: `import` would first search the package's 900 KB of CommonJS for the names that it exports, which takes
 * three times as long as all the rest. Errors: SuiteError where Node cannot run it.
 */
export function loadIced(): Iced {
	mustRunWebAssembly('x86-64');
	return createRequire(import.meta.url)('iced-x86') as Iced;
}

/** Errors: SuiteError where Node cannot run it. */
export function mustRunWebAssembly(machine: string): void {
	if ('WebAssembly' in globalThis) return;
	throw new SuiteError(`This Node runs no WebAssembly (--jitless), in which ${machine} code is decoded.`, {
		hint: 'Run it without --jitless, and look into NODE_OPTIONS.',
	});
}

/** What iced-x86 holds a copy of at a time. An instruction that begins in a piece ends in its overlap with the next. */
const pieceSize = 1 << 20;

export interface Piece extends CodeRange {
	/** Instructions that begin at or after this address are the next piece's. */
	readonly end: number;
	/** Where the instruction that reached over from the piece before has ended. */
	readonly begin: {address: number};
}

export function* pieces({address, bytes}: CodeRange): Generator<Piece> {
	const begin = {address};
	for (let from = 0; from < bytes.length; from += pieceSize) {
		const to = Math.min(from + pieceSize, bytes.length);
		yield {address: address + from, bytes: bytes.subarray(from, to + longestInstruction), end: address + to, begin};
	}
}

function decodePiece(
	{address, bytes, end, begin}: Piece,
	starts: readonly number[],
	options: DecodeOptions,
	visitor: CodeVisitor,
): void {
	let nextStart = firstAbove(starts, begin.address);
	let limit = starts[nextStart] ?? Number.POSITIVE_INFINITY;
	let at = begin.address;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	// The displacement of these instructions is their last four bytes.
	const ipRelative = (next: number) => next + view.getInt32(next - address - 4, true);
	let others: Others | undefined;
	// The last instructions of all, which may be cut short.
	const tailAt = Math.max(0, bytes.length - longestInstruction);
	const tail = new Uint8Array(2 * longestInstruction);
	tail.set(bytes.subarray(tailAt));
	const plain = (offset: number) => {
		if (offset < tailAt) return decodePlain(bytes, offset);
		const kind = decodePlain(tail, offset - tailAt);
		return offset + decoded.length > bytes.length ? unknown : kind;
	};
	try {
		while (at < end) {
			const offset = at - address;
			const kind = plain(offset);
			let next = at + decoded.length;
			if (kind === direct) {
				const distance = decoded.isShort ? view.getInt8(next - address - 1) : view.getInt32(next - address - 4, true);
				visitor.direct(at, next + distance, decoded.isCall);
			} else if (kind === lea) {
				visitor.address(at, ipRelative(next));
			} else if (kind === indirect) {
				visitor.indirect(at, ipRelative(next), decoded.isCall);
			} else if (kind === unknown || (kind === immediate && options.fixedAddress)) {
				others ??= new Others(address, bytes, options, visitor);
				next = others.decode(at);
			}
			at = Math.min(next, limit);
			while (limit <= at) {
				nextStart += 1;
				limit = starts[nextStart] ?? Number.POSITIVE_INFINITY;
			}
		}
	} finally {
		others?.free();
	}
	begin.address = at;
}

/** The instructions of a piece that iced-x86 decodes. */
class Others {
	readonly #iced = loadIced();
	readonly #instruction = new this.#iced.Instruction();
	readonly #decoder: Decoder;
	readonly #view: DataView;
	/** Where the decoder stands. */
	#next: number;

	constructor(
		private readonly address: number,
		private readonly bytes: Uint8Array,
		private readonly options: DecodeOptions,
		private readonly visitor: CodeVisitor,
	) {
		this.#decoder = new this.#iced.Decoder(64, bytes, this.#iced.DecoderOptions.None);
		this.#decoder.ip = BigInt(address);
		this.#next = address;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	/** Tells of one instruction, and where the next begins. */
	decode(at: number): number {
		const iced = this.#iced;
		const instruction = this.#instruction;
		const {Next, Call, UnconditionalBranch, ConditionalBranch, IndirectCall, IndirectBranch, Exception} =
			iced.FlowControl;
		if (this.#next !== at) {
			this.#decoder.position = at - this.address;
			this.#decoder.ip = BigInt(at);
		}
		this.#decoder.decodeOut(instruction);
		const next = at + ((instruction.nextIP32 - (at >>> 0)) | 0);
		this.#next = next;
		// iced-x86 would give a BigInt, which costs more than all else that is asked of an instruction.
		const ipRelative = () => next + this.#view.getInt32(next - this.address - 4, true);
		const flow = instruction.flowControl;
		switch (flow) {
			case Next:
				if (mayBeLea(this.bytes, next - this.address) && isLeaOfIpRelative(iced, instruction)) {
					this.visitor.address(at, ipRelative());
				} else if (this.options.fixedAddress) {
					inspectFixed(iced, instruction, at, this.visitor);
				}
				break;
			case Call:
			case UnconditionalBranch:
			case ConditionalBranch:
				// The target's lower half, as far from the next instruction's as the target from it.
				this.visitor.direct(at, next + ((instruction.nearBranch32 - (next >>> 0)) | 0), flow === Call);
				break;
			case IndirectCall:
			case IndirectBranch:
				if (instruction.isIpRelMemoryOperand) this.visitor.indirect(at, ipRelative(), flow === IndirectCall);
				break;
			case Exception:
				// Data in the text: the next byte may be code again.
				if (instruction.code === iced.Code.INVALID) return at + 1;
		}
		return next;
	}

	free(): void {
		this.#instruction.free();
		this.#decoder.free();
	}
}

/** Opcode 8D, then modrm, then the displacement that ends the instruction. To ask iced-x86 of each takes much longer. */
function mayBeLea(bytes: Uint8Array, end: number): boolean {
	return bytes[end - 6] === 0x8d && ((bytes[end - 5] as number) & 0xc7) === 0x05;
}

function isLeaOfIpRelative(iced: Iced, instruction: Instruction): boolean {
	return instruction.isIpRelMemoryOperand && instruction.mnemonic === iced.Mnemonic.Lea;
}

/** Code for a fixed address has addresses as immediate operands as well. */
function inspectFixed(iced: Iced, instruction: Instruction, at: number, visitor: CodeVisitor): void {
	const {Code} = iced;
	switch (instruction.code) {
		case Code.Mov_r32_imm32:
		case Code.Mov_rm64_imm32:
		case Code.Pushq_imm32:
		case Code.Cmp_rm64_imm32:
		case Code.Cmp_RAX_imm32:
			visitor.address(at, instruction.immediate32);
			break;
		case Code.Mov_r64_imm64:
			visitor.address(at, Number(instruction.immediate64));
			break;
	}
}
