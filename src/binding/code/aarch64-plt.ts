/** This file finds the PLT stubs of aarch64. */

import {is, pageOfAdrp} from './aarch64.js';
import type {PltRange, PltStub} from './code.js';

/** `[bti c;] adrp x16, page; ldr x17, [x16, rest]; add x16, x16, rest; br x17`. */
export function stubsOfAarch64({address, bytes}: PltRange, slots: ReadonlySet<number>): PltStub[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const word = (offset: number) => (offset >= 0 && offset + 4 <= bytes.length ? view.getUint32(offset, true) : 0);
	const stubs: PltStub[] = [];
	for (let at = 0; at + 12 <= bytes.length; at += 4) {
		const [adrp, load] = [word(at), word(at + 4)];
		if (!is(adrp, 0x9f00_001f, 0x9000_0010) || !is(load, 0xffc0_03ff, 0xf940_0211)) continue;
		const slot = pageOfAdrp(adrp, address + at) + ((load >>> 10) & 0xfff) * 8;
		const branch = [at + 8, at + 12].find(offset => branches.includes(word(offset)));
		if (branch === undefined || !slots.has(slot)) continue;
		const start = word(at - 4) === btiC ? at - 4 : at;
		stubs.push({address: address + start, slot, jump: address + branch});
	}
	return stubs;
}

const btiC = 0xd503_245f;
/** `br x17`, and `braa x17, x16` where pointers are signed. */
const branches: readonly number[] = [0xd61f_0220, 0xd71f_0a30];
