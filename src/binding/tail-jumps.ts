/** This file tells of a function whether and where it ends in a jump to another: what is jumped to returns to its caller. */

import type {Elf} from '../elf/elf.js';
import {findOffset} from '../elf/segments.js';
import {loadIced} from './code/x86-64.js';
import {functionStarts} from './function-starts.js';

/** True wherever it cannot be told. A jump table's jump looks like one to another function, and counts as one. */
export function mayTailJump(elf: Elf, address: number, size: number): boolean {
	const offset = findOffset(elf.segments, address, size);
	if (elf.machine !== 'x86_64' || size === 0 || offset === null) return true;
	const iced = loadIced();
	const {FlowControl} = iced;
	const decoder = new iced.Decoder(64, elf.bytes.slice(offset, size, 'function'), iced.DecoderOptions.None);
	decoder.ip = BigInt(address);
	const instruction = new iced.Instruction();
	try {
		while (decoder.canDecode) {
			decoder.decodeOut(instruction);
			if (instruction.code === iced.Code.INVALID) return true;
			const flow = instruction.flowControl;
			if (flow === FlowControl.IndirectBranch) return true;
			if (flow === FlowControl.UnconditionalBranch || flow === FlowControl.ConditionalBranch) {
				const target = Number(instruction.nearBranchTarget);
				if (target < address || target >= address + size) return true;
			}
		}
		return false;
	} finally {
		instruction.free();
		decoder.free();
	}
}

/** Whether the function at an address is nothing but a jump to another, as identical code folding leaves one. x86-64 only. */
export function isThunk(elf: Elf, address: number, target: number): boolean {
	const offset = findOffset(elf.segments, address, thunkSize);
	if (elf.machine !== 'x86_64' || offset === null) return false;
	const iced = loadIced();
	const decoder = new iced.Decoder(64, elf.bytes.slice(offset, thunkSize, 'function'), iced.DecoderOptions.None);
	decoder.ip = BigInt(address);
	let instruction = decoder.decode();
	if (instruction.mnemonic === iced.Mnemonic.Endbr64) instruction = decoder.decode();
	return instruction.isJmpShortOrNear && Number(instruction.nearBranchTarget) === target;
}

/** A landing pad, and a jump. */
const thunkSize = 9;

/** How far a function without a size is looked through, in bytes; and how many functions that jump to each other. */
const [longest, most] = [512, 16];

/**
 * The names of the functions that the function at an address jumps to through the PLT or GOT, by itself or by way of others of its object;
 * each once. x86-64 only.
 */
export function jumpsOf(
	elf: Elf,
	address: number,
	stubs: ReadonlyMap<number, number>,
	slots: ReadonlyMap<number, string>,
): readonly string[] {
	if (elf.machine !== 'x86_64') return [];
	const names = new Set<string>();
	const functions = new Set([address]);
	for (const start of functions) {
		for (const target of jumpTargets(elf, start)) {
			const name = slots.get(target.kind === 'slot' ? target.address : (stubs.get(target.address) ?? Number.NaN));
			if (name !== undefined) names.add(name);
			else if (target.kind === 'code' && functions.size < most) functions.add(target.address);
		}
	}
	return [...names];
}

interface JumpTarget {
	readonly kind: 'code' | 'slot';
	readonly address: number;
}

/** What lies outside the function. */
function jumpTargets(elf: Elf, address: number): readonly JumpTarget[] {
	const end = functionStarts(elf).find(start => start > address) ?? address + longest;
	const offset = findOffset(elf.segments, address, end - address);
	if (offset === null) return [];
	const iced = loadIced();
	const decoder = new iced.Decoder(64, elf.bytes.slice(offset, end - address, 'function'), iced.DecoderOptions.None);
	decoder.ip = BigInt(address);
	const instruction = new iced.Instruction();
	const targets: JumpTarget[] = [];
	try {
		while (decoder.canDecode) {
			decoder.decodeOut(instruction);
			if (instruction.isJmpShortOrNear || instruction.isJccShortOrNear) {
				const target = Number(instruction.nearBranchTarget);
				if (target < address || target >= end) targets.push({kind: 'code', address: target});
			} else if (instruction.flowControl === iced.FlowControl.IndirectBranch && instruction.isIpRelMemoryOperand) {
				targets.push({kind: 'slot', address: Number(instruction.ipRelMemoryAddress)});
			}
		}
		return targets;
	} finally {
		instruction.free();
		decoder.free();
	}
}
