/** This file writes the instructions around a place as an explanation shows them. */

import {disassemble} from '../binding/disassemble.js';
import type {Elf} from '../elf/elf.js';
import type {Instruction} from '../model/explanation.js';

export async function codeAround(elf: Elf, at: number, before: number, after: number): Promise<readonly Instruction[]> {
	const lines = await disassemble(elf, at, {before, after});
	return lines.map(({address, bytes, text}) => ({address, bytes: Buffer.from(bytes).toString('hex'), text}));
}
