/**
 * This file finds the calls in code that was compiled with -mcmodel=large. Such code has no direct calls: a LEA takes the
 * address of the code itself, and MOVABS and ADD add to it the distance of a PLT stub, a function or a GOT slot.
 */

import type {Instruction} from 'iced-x86';
import type {FollowBase} from './code.js';
import type {Iced} from './x86-64.js';
import {withFunction} from './x86-64-function.js';

/** False where the code does no such thing with the address that the instruction at `lea` takes. */
export const followBaseX8664: FollowBase = (code, lea, visitor) =>
	withFunction(code, 64, (iced, decode) => {
		const registers = new Registers(iced);
		let isBase = false;
		// In a straight line: what a branch brings in is unknown, but the base is computed once, before all branches.
		for (let at = code.start; at < code.end; ) {
			const {instruction, next} = decode(at);
			const {FlowControl, OpKind} = iced;
			const isCall = instruction.flowControl === FlowControl.IndirectCall;
			if (isBase && (isCall || instruction.flowControl === FlowControl.IndirectBranch)) {
				const target = instruction.op0Kind === OpKind.Register ? registers.at(instruction.op0Register) : null;
				const slot = target === null ? registers.memory(instruction) : target.kind === 'content' ? target.of : null;
				if (slot !== null) visitor.indirect(at, slot, isCall);
				else if (target?.kind === 'address') visitor.direct(at, target.value, isCall);
			}
			isBase = registers.run(instruction, at === lea) || isBase;
			if (!isBase && at > lea + farthestUse) return false;
			at = next;
		}
		return isBase;
	});

/** Between the LEA and the ADD that makes a base of it, in bytes. */
const farthestUse = 64;

/** What a register holds: a distance, an address that was computed from the base, or what stands at one. */
type Held =
	| {readonly kind: 'distance'; readonly value: number}
	| {readonly kind: 'code' | 'address'; readonly value: number}
	| {readonly kind: 'content'; readonly of: number};

class Registers {
	readonly #held = new Map<number, Held>();
	readonly #overwrittenByCalls: readonly number[];

	constructor(readonly iced: Iced) {
		const {RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11} = iced.Register;
		this.#overwrittenByCalls = [RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11];
	}

	at(register: number): Held | null {
		return this.#held.get(register) ?? null;
	}

	/** The address of a memory operand without displacement, where both registers are known. */
	memory(instruction: Instruction): number | null {
		const {iced} = this;
		if (instruction.op0Kind !== iced.OpKind.Memory && instruction.op1Kind !== iced.OpKind.Memory) return null;
		const [base, index] = [this.at(instruction.memoryBase), this.at(instruction.memoryIndex)];
		const sum = base === null || index === null || instruction.memoryIndexScale !== 1 ? null : add(base, index);
		return sum?.kind === 'address' ? sum.value + Number(instruction.memoryDisplacement) : null;
	}

	/** Says whether the instruction has made a base of the code's address. */
	run(instruction: Instruction, isLea: boolean): boolean {
		const {Code, FlowControl, OpKind} = this.iced;
		const {code} = instruction;
		const register = instruction.op0Kind === OpKind.Register ? instruction.op0Register : null;
		const isBetweenRegisters = register !== null && instruction.op1Kind === OpKind.Register;
		if (isLea && register !== null) {
			this.#held.set(register, {kind: 'code', value: Number(instruction.ipRelMemoryAddress)});
		} else if (code === Code.Mov_r64_imm64 && register !== null) {
			this.#held.set(register, {kind: 'distance', value: Number(BigInt.asIntN(64, instruction.immediate64))});
		} else if ((code === Code.Add_r64_rm64 || code === Code.Add_rm64_r64) && isBetweenRegisters) {
			const [left, right] = [this.at(register), this.at(instruction.op1Register)];
			const sum = left === null || right === null ? null : add(left, right);
			this.#set(register, sum);
			return sum !== null && (left?.kind === 'code' || right?.kind === 'code');
		} else if ((code === Code.Mov_r64_rm64 || code === Code.Mov_rm64_r64) && register !== null) {
			const slot = isBetweenRegisters ? null : this.memory(instruction);
			const content: Held | null = slot === null ? null : {kind: 'content', of: slot};
			this.#set(register, isBetweenRegisters ? this.at(instruction.op1Register) : content);
		} else if (instruction.flowControl === FlowControl.Call || instruction.flowControl === FlowControl.IndirectCall) {
			for (const one of this.#overwrittenByCalls) this.#held.delete(one);
		} else if (register !== null && code !== Code.Push_r64) {
			this.#held.delete(this.iced.RegisterExt.fullRegister(register));
		}
		return false;
	}

	#set(register: number, held: Held | null): void {
		if (held === null) this.#held.delete(register);
		else this.#held.set(register, held);
	}
}

function add(one: Held, other: Held): Held | null {
	if (one.kind === 'content' || other.kind === 'content' || (one.kind !== 'distance' && other.kind !== 'distance')) {
		return null;
	}
	const kind = one.kind === 'distance' && other.kind === 'distance' ? 'distance' : 'address';
	return {kind, value: one.value + other.value};
}
