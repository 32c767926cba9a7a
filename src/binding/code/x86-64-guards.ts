/** This file tells whether an address that x86-64 code takes is only compared, as a guard of speculative devirtualization does. */

import type {Instruction, InstructionInfoFactory} from 'iced-x86';
import type {FunctionCode, FunctionFinder, OnlyCompares} from './code.js';
import {type AddressFate, isOnlyCompared} from './follow-address.js';
import type {Iced} from './x86-64.js';
import {type Decoded, withFunction} from './x86-64-function.js';

/** `lea` is where the address is put into a register. */
export const onlyComparesX8664: OnlyCompares = (code, lea, functionAt) => follow(code, lea, 64, functionAt);
export const onlyComparesI386: OnlyCompares = (code, lea, functionAt) => follow(code, lea, 32, functionAt);

function follow(code: FunctionCode, lea: number, bits: 32 | 64, functionAt: FunctionFinder): boolean {
	const work = (iced: Iced, decode: (at: number) => Decoded) => {
		const first = decode(lea);
		const register = iced.RegisterExt.fullRegister(first.instruction.op0Register);
		const fates = fatesOf(iced, register, bits);
		const step = (at: number, isCompared: boolean) => {
			const {instruction, next} = decode(at);
			const part = at >= code.start && at < code.end ? null : functionAt(at);
			const goesOn = (to: number) => part === null || to !== part.end;
			return {
				fate: fates(instruction, isCompared),
				successors: () => successors(iced, instruction, next).filter(goesOn),
			};
		};
		// Before a jump to another function a register that belongs to the caller holds the caller's value again: this is a cold part.
		// What follows the end, behind a call that does not return, is no part.
		const isPart = (at: number) => at !== code.end && isCallers(iced, register) && functionAt(at) !== null;
		return isOnlyCompared(code, first.next, step, isPart);
	};
	return withFunction(code, bits, work, functionAt);
}

/** By both ABIs; of a 32-bit register the 64-bit one is given. */
function isCallers({Register}: Iced, register: number): boolean {
	return [Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15].includes(register);
}

/** One for all, as long as this process runs: to make it takes longer than to use it. */
let factory: InstructionInfoFactory | undefined;

/** What an instruction does with the value of a register. */
function fatesOf(
	iced: Iced,
	register: number,
	bits: 32 | 64,
): (instruction: Instruction, isCompared: boolean) => AddressFate {
	const {FlowControl, Mnemonic, OpAccess, OpKind, Register, RegisterExt} = iced;
	// On i386 compilers pass arguments in registers where they know all the callers.
	const arguments_: readonly number[] =
		bits === 32
			? [Register.RAX, Register.RDX, Register.RCX]
			: [Register.RDI, Register.RSI, Register.RDX, Register.RCX, Register.R8, Register.R9];
	const overwrittenByCalls: readonly number[] =
		bits === 32 ? arguments_ : [...arguments_, Register.RAX, Register.R10, Register.R11];
	const writes: readonly number[] = [OpAccess.Write, OpAccess.CondWrite];
	const mentions = (instruction: Instruction) => {
		factory ??= new iced.InstructionInfoFactory();
		const information = factory.info(instruction);
		const used = information.usedRegisters().map(one => {
			const mention = {register: RegisterExt.fullRegister(one.register), access: one.access};
			one.free();
			return mention;
		});
		information.free();
		return used.filter(one => one.register === register);
	};
	const leaves = (isCompared: boolean): AddressFate => {
		// What was compared before and is left in the register of an argument is not passed: a guard's call follows its compare.
		if (arguments_.includes(register) && !isCompared) return 'used';
		return overwrittenByCalls.includes(register) ? 'gone' : 'kept';
	};
	return (instruction, isCompared) => {
		const found = mentions(instruction);
		const isMemoryOperand = [instruction.memoryBase, instruction.memoryIndex].includes(register);
		const isCompare = instruction.mnemonic === Mnemonic.Cmp && !isMemoryOperand;
		const isRead = found.some(({access}) => !writes.includes(access));
		switch (instruction.flowControl) {
			case FlowControl.Call:
			case FlowControl.IndirectCall:
				return instruction.op0Kind === OpKind.Register && instruction.op0Register === register
					? 'used'
					: isMemoryOperand
						? 'used'
						: leaves(isCompared);
			case FlowControl.IndirectBranch: {
				if (isMemoryOperand || instruction.op0Register === register) return 'used';
				const fate = leaves(isCompared);
				return fate === 'kept' ? 'used' : fate;
			}
			case FlowControl.Return:
				return register === Register.RAX ? 'used' : 'gone';
			default:
				if (isRead) return isCompare ? 'compared' : 'used';
				return found.some(({access}) => access === OpAccess.Write) ? 'gone' : 'kept';
		}
	};
}

function successors({FlowControl}: Iced, instruction: Instruction, next: number): readonly number[] {
	switch (instruction.flowControl) {
		case FlowControl.UnconditionalBranch:
			return [Number(instruction.nearBranchTarget)];
		case FlowControl.ConditionalBranch:
			return [next, Number(instruction.nearBranchTarget)];
		case FlowControl.Interrupt:
		case FlowControl.Exception:
			return [];
		default:
			return [next];
	}
}
