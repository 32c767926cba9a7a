/** This file finds the PLT stubs of x86-64. */

import type {PltRange, PltStub} from './code.js';

/** All forms end in `jmp *slot(%rip)`, lld's retpolines excepted; before it may stand `bnd`, `endbr64`, mold's `mov $index, %r11d`. */
export function stubsOfX8664(range: PltRange, slots: ReadonlySet<number>): PltStub[] {
	return [...jumpsThroughSlots(range, slots), ...retpolines(range, slots)].sort((a, b) => a.address - b.address);
}

function jumpsThroughSlots({address, bytes, isPlt}: PltRange, slots: ReadonlySet<number>): PltStub[] {
	const stubs: PltStub[] = [];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = bytes.indexOf(0xff); at >= 0 && at + 6 <= bytes.length; at = bytes.indexOf(0xff, at + 1)) {
		if (bytes[at + 1] !== 0x25) continue;
		const slot = address + at + 6 + view.getInt32(at + 2, true);
		if (!slots.has(slot)) continue;
		const isAligned = (offset: number) => (address + offset) % 8 === 0;
		const start = stubStart(bytes, at, isAligned);
		// mold's with `endbr64` and index fill their 16 bytes, so that no padding follows.
		const isFull = at - start === 10;
		if (!isPlt && (!isAligned(start) || !(isFull || endsLikeStub(bytes, at + 6)))) continue;
		stubs.push({address: address + start, slot, jump: address + (bytes[at - 1] === 0xf2 ? at - 1 : at)});
	}
	return stubs;
}

/** `mov slot(%rip), %r11`, and a call or jump to the code that jumps to %r11 without speculation. */
function retpolines({address, bytes}: PltRange, slots: ReadonlySet<number>): PltStub[] {
	const stubs: PltStub[] = [];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = bytes.indexOf(0x4c); at >= 0 && at + 8 <= bytes.length; at = bytes.indexOf(0x4c, at + 1)) {
		if (!matches(bytes, at, movToR11) || (address + at) % 16 !== 0) continue;
		// Other code, too, puts the content of a slot into %r11 and jumps: what follows tells.
		const isLazy = bytes[at + 7] === 0xe8 && bytes[at + 12] === 0xe9;
		const isEager = bytes[at + 7] === 0xe9 && matches(bytes, at + 12, [0xcc, 0xcc, 0xcc, 0xcc]);
		if (!isLazy && !isEager) continue;
		const slot = address + at + 7 + view.getInt32(at + 3, true);
		if (slots.has(slot)) stubs.push({address: address + at, slot, jump: address + at + 7});
	}
	return stubs;
}

const movToR11 = [0x4c, 0x8b, 0x1d];

function stubStart(bytes: Uint8Array, jump: number, isAligned: (at: number) => boolean): number {
	const bare = bytes[jump - 1] === 0xf2 ? jump - 1 : jump;
	const whole = matches(bytes, bare - 4, endbr64) ? bare - 4 : bare;
	// The last bytes of the stub before may look like a MOV, but then what they begin is not aligned.
	const move = matches(bytes, bare - 6, [0x41, 0xbb]) ? bare - 6 : bare;
	const moved = matches(bytes, move - 4, endbr64) ? move - 4 : move;
	return move !== bare && isAligned(moved) ? moved : whole;
}

const endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];

/** The lazy `push $index`, the paddings of ld, lld and mold. */
const endings: readonly (readonly number[])[] = [
	[0x68],
	[0x66, 0x90],
	[0x0f, 0x1f, 0x44, 0x00, 0x00],
	[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
	[0xcc, 0xcc],
];

function endsLikeStub(bytes: Uint8Array, at: number): boolean {
	return endings.some(ending => matches(bytes, at, ending));
}

function matches(bytes: Uint8Array, at: number, expected: readonly number[]): boolean {
	return at >= 0 && expected.every((byte, index) => bytes[at + index] === byte);
}
