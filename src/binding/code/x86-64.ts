/** This file decodes x86-64 code with iced-x86, which is loaded only when there is code to decode. */

import {createRequire} from 'node:module';
import type {Instruction} from 'iced-x86';
import {SuiteError} from '../../errors.js';
import type {CodeRange, CodeVisitor, Decode, DecodeOptions} from './code.js';
import {firstAbove} from './first-above.js';

export type Iced = typeof import('iced-x86');

export async function loadX8664(): Promise<Decode> {
	const iced = loadIced();
	return (ranges, starts, options, visitor) => {
		const instruction = new iced.Instruction();
		try {
			for (const range of ranges) {
				for (const piece of pieces(range)) decodePiece(iced, instruction, piece, starts, options, visitor);
			}
		} finally {
			instruction.free();
		}
	};
}

/**
 * By `require`: `import` would first search the package's 900 KB of CommonJS for the names that it exports, which takes
 * three times as long as all the rest. Errors: SuiteError where Node cannot run it.
 */
export function loadIced(): Iced {
	if (!hasWebAssembly()) {
		throw new SuiteError('This Node runs no WebAssembly (--jitless), in which x86-64 code is decoded.', {
			hint: 'Run it without --jitless, and look into NODE_OPTIONS.',
		});
	}
	return createRequire(import.meta.url)('iced-x86') as Iced;
}

function hasWebAssembly(): boolean {
	return 'WebAssembly' in globalThis;
}

/** What iced-x86 holds a copy of at a time. */
const pieceSize = 1 << 20;
/** No instruction is longer, so one that begins in a piece ends in its overlap with the next. */
const longest = 15;

interface Piece extends CodeRange {
	/** Instructions that begin at or after this address are the next piece's. */
	readonly end: number;
	/** Where the instruction that reached over from the piece before has ended. */
	readonly begin: {address: number};
}

function* pieces({address, bytes}: CodeRange): Generator<Piece> {
	const begin = {address};
	for (let from = 0; from < bytes.length; from += pieceSize) {
		const to = Math.min(from + pieceSize, bytes.length);
		yield {address: address + from, bytes: bytes.subarray(from, to + longest), end: address + to, begin};
	}
}

function decodePiece(
	iced: Iced,
	instruction: Instruction,
	{address, bytes, end, begin}: Piece,
	starts: readonly number[],
	options: DecodeOptions,
	visitor: CodeVisitor,
): void {
	const {Next, Call, UnconditionalBranch, ConditionalBranch, IndirectCall, IndirectBranch, Exception} =
		iced.FlowControl;
	const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
	let nextStart = firstAbove(starts, begin.address);
	let limit = starts[nextStart] ?? Number.POSITIVE_INFINITY;
	let at = begin.address;
	const moveTo = (to: number) => {
		at = to;
		decoder.position = to - address;
		decoder.ip = BigInt(to);
	};
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	// The displacement of these instructions is their last four bytes. iced-x86 would give a BigInt, which costs more
	// than all else that is asked of an instruction.
	const ipRelative = (next: number) => next + view.getInt32(next - address - 4, true);
	moveTo(at);
	try {
		while (at < end) {
			decoder.decodeOut(instruction);
			const next = at + ((instruction.nextIP32 - (at >>> 0)) | 0);
			const flow = instruction.flowControl;
			switch (flow) {
				case Next:
					if (mayBeLea(bytes, next - address) && isLeaOfIpRelative(iced, instruction)) {
						visitor.address(at, ipRelative(next));
					} else if (options.fixedAddress) {
						inspectFixed(iced, instruction, at, visitor);
					}
					break;
				case Call:
				case UnconditionalBranch:
				case ConditionalBranch:
					// The target's lower half, as far from the next instruction's as the target from it.
					visitor.direct(at, next + ((instruction.nearBranch32 - (next >>> 0)) | 0), flow === Call);
					break;
				case IndirectCall:
				case IndirectBranch:
					if (instruction.isIpRelMemoryOperand) {
						visitor.indirect(at, ipRelative(next), flow === IndirectCall);
					}
					break;
			}
			if (flow === Exception && instruction.code === iced.Code.INVALID) {
				// Data in the text: the next byte may be code again.
				moveTo(at + 1);
			} else if (next > limit) {
				moveTo(limit);
			} else {
				at = next;
			}
			while (limit <= at) {
				nextStart += 1;
				limit = starts[nextStart] ?? Number.POSITIVE_INFINITY;
			}
		}
	} finally {
		decoder.free();
	}
	begin.address = at;
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
