/** This file decodes the instructions of one x86-64 or i386 function in any order, for those who follow what registers hold. */

import type {Instruction} from 'iced-x86';
import type {FunctionCode} from './code.js';
import {type Iced, loadIced} from './x86-64.js';

export interface Decoded {
	readonly instruction: Instruction;
	/** The address of the next one. */
	readonly next: number;
}

/** What is decoded is good until the next is. */
export function withFunction<T>(
	{start, bytes}: FunctionCode,
	bits: 32 | 64,
	work: (iced: Iced, decode: (at: number) => Decoded) => T,
): T {
	const iced = loadIced();
	const decoder = new iced.Decoder(bits, bytes, iced.DecoderOptions.None);
	const instruction = new iced.Instruction();
	try {
		return work(iced, at => {
			decoder.position = at - start;
			decoder.ip = BigInt(at);
			decoder.decodeOut(instruction);
			return {instruction, next: at + Math.max(1, instruction.length)};
		});
	} finally {
		instruction.free();
		decoder.free();
	}
}
