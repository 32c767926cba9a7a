/** This file tells whether an address that riscv64 code takes is only compared, as a guard of speculative devirtualization does. */

import type {OnlyCompares} from './code.js';
import {type AddressFate, isOnlyCompared} from './follow-address.js';
import {overwrittenOnRiscv, riscvWordAt} from './riscv64.js';
import {type RiscvInstruction, readRiscv} from './riscv64-instruction.js';

/** `at` is where the address is complete in a register. */
export const onlyComparesRiscv64: OnlyCompares = (code, at) => {
	const read = (address: number) => readRiscv(riscvWordAt(code.bytes, address - code.start));
	const first = read(at);
	return isOnlyCompared(code, at + first.size, (address, isCompared) => {
		const instruction = read(address);
		return {
			fate: fateOf(instruction, first.rd, isCompared),
			successors: () => successorsOf(instruction, address),
		};
	});
};

/** a0 and a1 return values; a0 to a7 pass arguments. */
const results: readonly number[] = [10, 11];
const parameters: readonly number[] = [10, 11, 12, 13, 14, 15, 16, 17];

function fateOf({operation, rd, rs1, rs2}: RiscvInstruction, register: number, isCompared: boolean): AddressFate {
	const isRead = rs1 === register || rs2 === register;
	// beq and its like; with x0, it is asked whether the address is null, which is a use like others.
	if (operation === 'branch') return !isRead ? 'kept' : rs1 !== 0 && rs2 !== 0 ? 'compared' : 'used';
	if (isRead) return 'used';
	const isReturn = operation === 'jalr' && rd === 0 && rs1 === 1;
	if (isReturn) return results.includes(register) && !isCompared ? 'used' : 'gone';
	const isCall = (operation === 'jal' || operation === 'jalr') && rd !== 0;
	const isTailCall = operation === 'jalr' && rd === 0;
	if (isCall || isTailCall) {
		if (parameters.includes(register) && !isCompared) return 'used';
		if (overwrittenOnRiscv.includes(register)) return 'gone';
		return isCall ? 'kept' : 'used';
	}
	return rd === register ? 'gone' : 'kept';
}

function successorsOf({operation, size, rd, immediate}: RiscvInstruction, at: number): readonly number[] {
	if (operation === 'branch') return [at + size, at + immediate];
	return operation === 'jal' && rd === 0 ? [at + immediate] : [at + size];
}
