/**
 * This file tells whether an address that x86-64 code takes is only compared. Speculative devirtualization (g++ -O2) compares
 * the content of a vtable's slot with the function that it expects there, and runs an inlined copy where the two are equal:
 * no call goes to the address.
 */

import type {Instruction} from 'iced-x86';
import type {OnlyCompares} from './code.js';
import type {Iced} from './x86-64.js';
import {withFunction} from './x86-64-function.js';

/** `lea` is where the address is put into a register. All paths from there are followed, until the register holds another value. */
export const onlyComparesX8664: OnlyCompares = (code, lea) =>
	withFunction(code, (iced, decode) => {
		const first = decode(lea);
		const fates = fatesOf(iced, iced.RegisterExt.fullRegister(first.instruction.op0Register));
		const seen = new Set<string>();
		const paths = [{at: first.next, isCompared: false}];
		let compares = 0;
		for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
			const key = `${path.at} ${path.isCompared}`;
			if (seen.has(key)) continue;
			seen.add(key);
			const isInside = path.at >= code.start && path.at < code.end;
			// A cold part of the function, or another function that may take the register as an argument.
			if (!isInside && path.isCompared) continue;
			if (!isInside || seen.size > mostSteps) return false;
			const {instruction, next} = decode(path.at);
			const fate = fates(instruction, path.isCompared);
			if (fate === 'used') return false;
			if (fate === 'compared') compares += 1;
			if (fate === 'gone') continue;
			const isCompared = path.isCompared || fate === 'compared';
			for (const at of successors(iced, instruction, next)) paths.push({at, isCompared});
		}
		return compares > 0;
	});

/** An address that was not followed to its end counts as taken. */
const mostSteps = 4000;

type Fate = 'kept' | 'compared' | 'used' | 'gone';

/** What an instruction does with the value of a register. */
function fatesOf(iced: Iced, register: number): (instruction: Instruction, isCompared: boolean) => Fate {
	const {FlowControl, Mnemonic, OpAccess, OpKind, Register, RegisterExt} = iced;
	const arguments_: readonly number[] = [
		Register.RDI,
		Register.RSI,
		Register.RDX,
		Register.RCX,
		Register.R8,
		Register.R9,
	];
	const overwrittenByCalls: readonly number[] = [...arguments_, Register.RAX, Register.R10, Register.R11];
	const writes: readonly number[] = [OpAccess.Write, OpAccess.CondWrite];
	const mentions = (instruction: Instruction) => {
		const factory = new iced.InstructionInfoFactory();
		const information = factory.info(instruction);
		const used = information.usedRegisters().map(one => {
			const mention = {register: RegisterExt.fullRegister(one.register), access: one.access};
			one.free();
			return mention;
		});
		information.free();
		factory.free();
		return used.filter(one => one.register === register);
	};
	const leaves = (isCompared: boolean): Fate => {
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
