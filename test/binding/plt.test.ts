/** This file shows which bytes are PLT stubs, and where calls enter them. */

import test from 'ava';
import {stubsOfX8664} from '../../src/binding/code/x86-64-plt.js';

const slot = 0x4018;

/** `jmp *slot(%rip)` at the given place, behind what may stand before it. */
function stubAt(address: number, before: readonly number[]): Uint8Array {
	const distance = slot - (address + before.length + 6);
	const bytes = new Uint8Array(16);
	bytes.set([...before, 0xff, 0x25]);
	new DataView(bytes.buffer).setInt32(before.length + 2, distance, true);
	return bytes;
}

const enters = test.macro((t, before: readonly number[], jump: number) => {
	const address = 0x1030;
	const range = {address, bytes: stubAt(address, before), isPlt: true};
	t.deepEqual(stubsOfX8664(range, new Set([slot])), [{address, slot, jump: address + jump}]);
	t.deepEqual(stubsOfX8664(range, new Set([slot + 8])), []);
});

const endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];
const bnd = 0xf2;

test('a bare jump through a slot', enters, [], 0);
test('a jump with the prefix bnd is entered at the prefix, which is a part of the jump', enters, [bnd], 0);
test('a jump behind endbr64 is entered there', enters, endbr64, 4);
test('so is one with both', enters, [...endbr64, bnd], 4);
test('mold’s mov of the index stands before the jump', enters, [0x41, 0xbb, 7, 0, 0, 0], 6);
