/** This file finds the PLT stubs of s390x: `larl %r1, slot; lg %r1, 0(%r1); br %r1`. */

import type {PltRange, PltStub} from './code.js';

/** ld's go on with what finds the symbol the first time, lld's are padded: the three instructions are the same. */
export function stubsOfS390x({address, bytes}: PltRange, slots: ReadonlySet<number>): PltStub[] {
	const stubs: PltStub[] = [];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = address & 1; at + stubSize <= bytes.length; at += 2) {
		if (view.getUint16(at) !== larl) continue;
		if (loadAndBranch.some((byte, index) => bytes[at + 6 + index] !== byte)) continue;
		const slot = address + at + view.getInt32(at + 2) * 2;
		if (slots.has(slot)) stubs.push({address: address + at, slot, jump: address + at + 12});
	}
	return stubs;
}

const stubSize = 14;
const larl = 0xc010;
const loadAndBranch: readonly number[] = [0xe3, 0x10, 0x10, 0x00, 0x00, 0x04, 0x07, 0xf1];
