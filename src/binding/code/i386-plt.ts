/** This file finds the PLT stubs of i386: `[endbr32;] jmp *distance(%ebx)`, or, at a fixed address, `jmp *slot`. */

import type {PltRange, PltStub} from './code.js';

/**
 * `got` is what %ebx holds at a call through the PLT. Without a section table the whole text is searched, and other code, too, may
 * jump through a slot: a stub of either linker is aligned, and followed by a PUSH or by padding.
 */
export function stubsOfI386(
	{address, bytes, isPlt}: PltRange,
	slots: ReadonlySet<number>,
	got: number | null,
): PltStub[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const stubs: PltStub[] = [];
	for (let at = bytes.indexOf(0xff); at >= 0 && at + 6 <= bytes.length; at = bytes.indexOf(0xff, at + 1)) {
		const form = bytes[at + 1];
		const distance = view.getUint32(at + 2, true);
		const slot = form === fixed ? distance : form === fromEbx && got !== null ? (got + distance) >>> 0 : null;
		if (slot === null || !slots.has(slot)) continue;
		const begin = endbr32.every((byte, index) => bytes[at - 4 + index] === byte) ? at - 4 : at;
		const isStub =
			(address + begin) % 8 === 0 && endings.some(end => end.every((byte, index) => bytes[at + 6 + index] === byte));
		if (isPlt || isStub) stubs.push({address: address + begin, slot, jump: address + at});
	}
	return stubs;
}

/** ModR/M of `jmp *slot` and of `jmp *distance(%ebx)`. */
const [fixed, fromEbx] = [0x25, 0xa3];
const endbr32: readonly number[] = [0xf3, 0x0f, 0x1e, 0xfb];
const endings: readonly (readonly number[])[] = [[0x68], [0x66, 0x90], [0x66, 0x0f, 0x1f], [0xcc, 0xcc], [0x0f, 0x1f]];
