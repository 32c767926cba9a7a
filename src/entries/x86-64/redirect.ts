/** This file finds the calls of x86-64 code that are pointed past the counter of the function that they enter. */

import type {Iced} from '../../binding/code/x86-64.js';
import {functionStarts} from '../../binding/function-starts.js';
import {frameStarts} from '../../elf/eh-frame-header.js';
import type {Elf} from '../../elf/elf.js';
import {codeAt} from '../code-at.js';
import type {Entry, Redirection} from '../entry.js';
import {x8664LandingPad} from './landing-pad.js';

/** Calls of the functions by themselves; and jumps to those of `folded` which are all that a function is. */
export function findX8664Redirections(
	iced: Iced,
	elf: Elf,
	entries: readonly Entry[],
	folded: ReadonlySet<number>,
): readonly Redirection[] {
	return [...entries.flatMap(entry => recursiveCalls(iced, elf, entry)), ...thunks(elf, entries, folded)];
}

/** `call` and `jmp` with a distance of 32 bits, and `jmp` with one of 8. */
const [callOpcode, jumpOpcode, shortJumpOpcode] = [0xe8, 0xe9, 0xeb];

function recursiveCalls(iced: Iced, elf: Elf, {slot, address, size}: Entry): readonly Redirection[] {
	const bytes = codeAt(elf, address, size);
	if (slot === null || bytes === null || !mayCall(bytes)) return [];
	const found: Redirection[] = [];
	const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
	const instruction = new iced.Instruction();
	decoder.ip = BigInt(address);
	try {
		for (let at = address; decoder.canDecode; at += instruction.length) {
			decoder.decodeOut(instruction);
			// From here on it is not certain where an instruction begins.
			if (instruction.code === iced.Code.INVALID) break;
			if (!instruction.isCallNear || Number(instruction.nearBranchTarget) !== address) continue;
			found.push(redirection(bytes, address, at, at + instruction.length, address));
		}
	} finally {
		instruction.free();
		decoder.free();
	}
	return found;
}

/** Whether the bytes may hold a call of their own beginning: most functions need not be decoded. */
function mayCall(bytes: Uint8Array): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let offset = 0; offset + 5 <= bytes.length; offset += 1) {
		if (bytes[offset] === callOpcode && offset + 5 + view.getInt32(offset + 1, true) === 0) return true;
	}
	return false;
}

function thunks(elf: Elf, entries: readonly Entry[], folded: ReadonlySet<number>): readonly Redirection[] {
	if (folded.size === 0) return [];
	const behindPad = (start: number) => start + x8664LandingPad(codeAt(elf, start, 4) ?? new Uint8Array(0));
	const starts = new Set([...functionStarts(elf), ...frameStarts(elf, elf.segments)].map(behindPad));
	return [...starts].flatMap(start => {
		const bytes = codeAt(elf, start, 5);
		if (bytes === null) return [];
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		if (bytes[0] === jumpOpcode) {
			const target = start + 5 + view.getInt32(1, true);
			return folded.has(target) ? [redirection(bytes, start, start, start + 5, target)] : [];
		}
		// It is encoded anew with a long distance where it is displaced, and else has no room for one.
		const entry = entries.find(({at}) => at === start);
		if (bytes[0] !== shortJumpOpcode || entry === undefined) return [];
		const target = start + 2 + view.getInt8(1);
		return folded.has(target) ? [{at: start, operand: start, original: 0, entry: target}] : [];
	});
}

/** The distance is the last four bytes of the instruction that ends at `next`; `bytes` begin at `from`. */
function redirection(bytes: Uint8Array, from: number, at: number, next: number, entry: number): Redirection {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const operand = next - 4;
	return {at, operand, original: view.getUint32(operand - from, true), entry};
}
