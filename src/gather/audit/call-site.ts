/** This file reads a call site of an x86-64 object: what the instruction before a return address calls. */

import type {Elf} from '../../elf/elf.js';
import {findOffset} from '../../elf/segments.js';
import type {LoadedObject} from './object.js';

export type Callee =
	/** By that name, through the PLT or the GOT: the loader's choice. */
	| {readonly kind: 'named'; readonly name: string}
	/** A function of the same object, directly. */
	| {readonly kind: 'direct'; readonly address: number}
	/** By an address that it holds. */
	| {readonly kind: 'address'}
	/** No call stands there. */
	| {readonly kind: 'none'};

/** No call is longer. */
const longest = 7;

/** `at` is the return address, as an address of the file. */
export function calleeBefore(object: LoadedObject, at: number): Callee {
	const {elf, slots, stubs} = object;
	const offset = findOffset(elf.segments, at - longest, longest);
	if (offset === null) return {kind: 'none'};
	const bytes = elf.bytes.slice(offset, longest, 'call site');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const indirect = indirectLength(bytes);
	if (indirect === 6 && bytes[longest - 5] === 0x15) {
		const name = slots.get(at + view.getInt32(longest - 4, true));
		return name === undefined ? {kind: 'address'} : {kind: 'named', name};
	}
	// The five bytes of a direct call can also be the end of a longer indirect one; or an operand of what stands before a shorter one.
	const address = at + view.getInt32(longest - 4, true);
	if (bytes[longest - 5] === 0xe8 && indirect < 6 && isCode(elf, address)) {
		const name = slots.get(stubs.get(address) ?? Number.NaN);
		return name === undefined ? {kind: 'direct', address} : {kind: 'named', name};
	}
	return indirect > 0 ? {kind: 'address'} : {kind: 'none'};
}

function isCode({segments}: Elf, at: number): boolean {
	return segments.some(
		({type, executable, address, fileSize}) =>
			type === 'load' && executable && at >= address && at < address + fileSize,
	);
}

/** How long the call through a register or memory is that ends here, `ff /2` with any operand; 0 where there is none. */
function indirectLength(bytes: Uint8Array): number {
	for (let length = 2; length <= longest; length += 1) {
		const at = bytes.length - length;
		const [opcode = 0, operand = 0, scale = 0] = bytes.subarray(at);
		if (opcode !== 0xff || ((operand >> 3) & 7) !== 2) continue;
		const [mode, memory] = [operand >> 6, operand & 7];
		let expected = 2 + (mode === 1 ? 1 : mode === 2 ? 4 : 0);
		if (mode !== 3 && memory === 4) expected += 1 + (mode === 0 && (scale & 7) === 5 ? 4 : 0);
		else if (mode === 0 && memory === 5) expected += 4;
		if (expected === length) return length;
	}
	return 0;
}
