/** This file decodes the instructions of one x86-64 or i386 function in any order, for those who follow what registers hold. */

import type {Decoder, Instruction} from 'iced-x86';
import type {FunctionCode, FunctionFinder} from './code.js';
import {type Iced, loadIced} from './x86-64.js';

export interface Decoded {
	readonly instruction: Instruction;
	/** The address of the next one. */
	readonly next: number;
}

/** What is decoded is good until the next is. `functionAt` finds what of the function stands elsewhere, where that is decoded too. */
export function withFunction<T>(
	code: FunctionCode,
	bits: 32 | 64,
	work: (iced: Iced, decode: (at: number) => Decoded) => T,
	functionAt: FunctionFinder = () => null,
): T {
	const iced = loadIced();
	const decoders = new Map<number, Decoder>();
	const decoderOf = ({start, bytes}: FunctionCode) => {
		const decoder = decoders.get(start) ?? new iced.Decoder(bits, bytes, iced.DecoderOptions.None);
		decoders.set(start, decoder);
		return decoder;
	};
	const instruction = new iced.Instruction();
	try {
		return work(iced, at => {
			const part = at >= code.start && at < code.end ? code : (functionAt(at) ?? code);
			const decoder = decoderOf(part);
			decoder.position = at - part.start;
			decoder.ip = BigInt(at);
			decoder.decodeOut(instruction);
			return {instruction, next: at + Math.max(1, instruction.length)};
		});
	} finally {
		instruction.free();
		for (const decoder of decoders.values()) decoder.free();
	}
}
