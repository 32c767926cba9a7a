/** This file finds the code addresses that an object's data holds: where jump tables and computed jumps may lead. */

import type {Elf} from '../../elf/elf.js';
import {findOffset} from '../../elf/segments.js';

/** Sorted. Words of data, what relocations put there, and the distances in tables whose address code computes. */
export function pointedCode(elf: Elf): readonly number[] {
	const loaded = elf.segments.filter(({type}) => type === 'load');
	const code = loaded.filter(({executable}) => executable);
	const isCode = (at: number) => code.some(({address, fileSize}) => at >= address && at < address + fileSize);
	const found = new Set<number>();
	for (const {offset, fileSize, executable} of loaded) {
		if (executable) continue;
		for (let at = Math.ceil(offset / 8) * 8; at + 8 <= offset + fileSize; at += 8) {
			const word = elf.bytes.word(at);
			if (isCode(word)) found.add(word);
		}
	}
	for (const {addend} of elf.relocations) if (isCode(addend)) found.add(addend);
	for (const {offset, fileSize, address} of code) {
		const {view} = elf.bytes;
		for (let at = offset; at + 7 <= offset + fileSize; at += 1) {
			if (!isLea(elf.bytes.all, at)) continue;
			const target = address + (at - offset) + 7 + view.getInt32(at + 3, true);
			if (isCode(target)) found.add(target);
			else table(elf, target, isCode, found);
		}
	}
	return [...found].sort((one, other) => one - other);
}

/** `lea distance(%rip), %reg` of 64 bits, whose distance stands three bytes behind its beginning. */
export function isLea(bytes: Uint8Array, at: number): boolean {
	return ((bytes[at] ?? 0) & 0xfb) === 0x48 && bytes[at + 1] === 0x8d && ((bytes[at + 2] ?? 0) & 0xc7) === 0x05;
}

/** Distances of 32 bits from the table itself, as long as they lead to code. */
function table(elf: Elf, start: number, isCode: (at: number) => boolean, found: Set<number>): void {
	if ((start & 3) !== 0) return;
	for (let at = start; ; at += 4) {
		const offset = findOffset(elf.segments, at, 4);
		if (offset === null) return;
		const target = start + elf.bytes.i32(offset);
		if (!isCode(target)) return;
		found.add(target);
	}
}
