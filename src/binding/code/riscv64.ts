/** This file decodes the RISC-V instructions that refer to functions. */

import type {CodeRange, CodeVisitor, Decode, DecodeOptions, IsPreamble} from './code.js';
import {KnownRegisters} from './known-registers.js';
import {type RiscvInstruction, readRiscv} from './riscv64-instruction.js';
import {walk} from './walk.js';

export const decodeRiscv64: Decode = (ranges, starts, options, visitor) => {
	for (const range of ranges) decodeRange(range, starts, options, visitor);
};

function decodeRange(
	{address, bytes}: CodeRange,
	starts: readonly number[],
	options: DecodeOptions,
	visitor: CodeVisitor,
) {
	const registers = new KnownRegisters();
	// The last byte alone is no instruction.
	walk({from: address + (address & 1), end: address + bytes.length - 1, starts, registers}, at => {
		const instruction = readRiscv(riscvWordAt(bytes, at - address));
		run(instruction, at, registers, options, visitor);
		return instruction.size;
	});
}

/** Instructions are little-endian. The last two bytes of a range are read as a compressed one. */
export function riscvWordAt(bytes: Uint8Array, offset: number): number {
	const byte = (more: number) => bytes[offset + more] ?? 0;
	return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
}

function run(
	{operation, rd, rs1, immediate}: RiscvInstruction,
	at: number,
	registers: KnownRegisters,
	{fixedAddress}: DecodeOptions,
	visitor: CodeVisitor,
): void {
	const base = registers.address(rs1);
	switch (operation) {
		case 'jal':
			visitor.direct(at, at + immediate, rd !== 0);
			leave(registers, rd, at, at + immediate);
			break;
		case 'branch':
			visitor.direct(at, at + immediate, false);
			registers.branch(at, at + immediate);
			break;
		case 'jalr': {
			const slot = immediate === 0 ? registers.content(rs1) : undefined;
			// An address that was complete in the register has been told.
			if (base !== undefined && !registers.isTold(rs1)) visitor.direct(at, base + immediate, rd !== 0);
			else if (slot !== undefined) visitor.indirect(at, slot, rd !== 0);
			leave(registers, rd, at, at);
			break;
		}
		case 'auipc':
			// Of x0 it is a landing pad.
			if (rd !== 0) registers.setAddress(rd, at + immediate);
			break;
		case 'lui':
			registers.setAddress(rd, fixedAddress ? immediate >>> 0 : undefined);
			break;
		case 'addi':
			if (rd === 0) break;
			if (rs1 !== 0 && immediate === 0) registers.move(rd, rs1);
			else registers.setAddress(rd, base === undefined ? undefined : base + immediate);
			if (base === undefined) break;
			registers.tell(rd);
			visitor.address(at, base + immediate);
			break;
		case 'ld':
			registers.setContent(rd, base === undefined ? undefined : base + immediate);
			break;
		case 'move':
			registers.move(rd, rs1);
			break;
		case 'other':
			registers.forget(rd);
			break;
	}
}

/** Without a register for the return address it is a jump. */
function leave(registers: KnownRegisters, link: number, at: number, target: number): void {
	if (link !== 0) {
		registers.forget(link, ...overwrittenOnRiscv);
		return;
	}
	registers.branch(at, target);
	registers.stop();
}

/** ra, t0 to t2, a0 to a7, t3 to t6. */
export const overwrittenOnRiscv: readonly number[] = [1, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31];

/** `auipc`, behind which a jump far away has the rest of its address; of x0 it is `lpad`, a landing pad. */
export const isPreambleRiscv64: IsPreamble = (bytes, size) =>
	size === 4 && readRiscv(riscvWordAt(bytes, 0)).operation === 'auipc';
