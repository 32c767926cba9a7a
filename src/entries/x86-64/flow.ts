/** This file follows where the instructions of one x86-64 function lead, as far as its code and its jump tables tell. */

import {firstAbove} from '../../binding/code/first-above.js';
import type {Iced} from '../../binding/code/x86-64.js';
import type {Elf} from '../../elf/elf.js';
import {findOffset} from '../../elf/segments.js';
import type {CodeSpan} from '../copy.js';

/** By the index of an instruction in the order of addresses. */
export interface Flow {
	readonly addresses: readonly number[];
	/** What the instruction is but for its place and its registers: equal for copies of one instruction. */
	readonly likeness: readonly string[];
	/** Whether it refers to a place of its own in memory, which tells it from others. */
	readonly names: readonly boolean[];
	readonly successors: readonly (readonly number[])[];
	/** Whether it may leave the function, for good. */
	readonly leaves: readonly boolean[];
	indexOf(address: number): number | undefined;
}

/** Null where some of it cannot be decoded. `pointed`: code addresses that data holds, in order: an indirect jump may lead to each. */
export function flowOf(iced: Iced, elf: Elf, ranges: readonly CodeSpan[], pointed: readonly number[]): Flow | null {
	const steps: Step[] = [];
	for (const range of ranges.toSorted((one, other) => one.low - other.low)) {
		if (!decode(iced, elf, range, steps)) return null;
	}
	const indices = new Map(steps.map(({at}, index) => [at, index]));
	const indirect = ranges.flatMap(({low, high}) =>
		pointed.slice(firstAbove(pointed, low - 1), firstAbove(pointed, high - 1)).flatMap(at => indices.get(at) ?? []),
	);
	return {
		addresses: steps.map(({at}) => at),
		likeness: steps.map(({likeness}) => likeness),
		names: steps.map(({names}) => names),
		successors: steps.map(({next, target, anywhere}) =>
			[...(next === null ? [] : [next]), ...(target === null ? [] : [target])]
				.flatMap(at => indices.get(at) ?? [])
				.concat(anywhere ? indirect : []),
		),
		leaves: steps.map(
			({next, target, anywhere}) => anywhere || (target === null ? next === null : !indices.has(target)),
		),
		indexOf: address => indices.get(address),
	};
}

interface Step {
	readonly at: number;
	readonly likeness: string;
	readonly names: boolean;
	readonly next: number | null;
	readonly target: number | null;
	/** Whether it is a jump to an address that it computes. */
	readonly anywhere: boolean;
}

function decode(iced: Iced, elf: Elf, {low, high}: CodeSpan, steps: Step[]): boolean {
	const offset = findOffset(elf.segments, low, high - low);
	if (offset === null) return false;
	const {FlowControl} = iced;
	const decoder = new iced.Decoder(64, elf.bytes.slice(offset, high - low, 'function'), iced.DecoderOptions.None);
	decoder.ip = BigInt(low);
	const instruction = new iced.Instruction();
	try {
		for (let at = low; at < high; at += instruction.length) {
			decoder.decodeOut(instruction);
			if (instruction.code === iced.Code.INVALID) return false;
			const flow = instruction.flowControl;
			const branches = flow === FlowControl.ConditionalBranch || flow === FlowControl.UnconditionalBranch;
			const ends =
				flow === FlowControl.UnconditionalBranch ||
				flow === FlowControl.IndirectBranch ||
				flow === FlowControl.Return ||
				flow === FlowControl.Exception;
			steps.push({
				at,
				likeness: `${instruction.code} ${instruction.memoryDisplacement}`,
				names: instruction.isIpRelMemoryOperand,
				next: ends ? null : at + instruction.length,
				target: branches ? Number(instruction.nearBranchTarget) : null,
				anywhere: flow === FlowControl.IndirectBranch,
			});
		}
		return true;
	} finally {
		instruction.free();
		decoder.free();
	}
}
