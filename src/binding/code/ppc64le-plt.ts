/**
 * This file finds the PLT stubs of ppc64le. Linkers put them among the code, wherever calls can reach them:
 * `[std r2, 24(r1);] [addis r12, r2, upper;] ld r12, lower(r12 or r2); mtctr r12; bctr`, or, from POWER10 on,
 * `[std r2, 24(r1);] pld r12, distance; mtctr r12; bctr`.
 */

import type {PltRange, PltStub} from './code.js';

export function stubsOfPpc64le({address, bytes}: PltRange, slots: ReadonlySet<number>, toc: number): PltStub[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const word = (offset: number) => (offset >= 0 && offset + 4 <= bytes.length ? view.getUint32(offset, true) : 0);
	const stubs: PltStub[] = [];
	for (let at = (4 - (address & 3)) & 3; at + 4 <= bytes.length; at += 4) {
		if (word(at) !== mtctrR12 || word(at + 4) !== bctr) continue;
		const load = prefixedLoad(word, address, at) ?? tocLoad(word, toc, at);
		if (load === null || !slots.has(load.slot)) continue;
		const {slot} = load;
		const jump = address + at + 4;
		stubs.push({address: address + load.begin, slot, jump});
		// A caller that has stored r2 itself enters behind the store (R_PPC64_TOCSAVE).
		if (word(load.begin - 4) === stdR2) stubs.push({address: address + load.begin - 4, slot, jump});
	}
	return stubs;
}

interface Load {
	/** Where the stub begins, but for the store of r2. */
	readonly begin: number;
	readonly slot: number;
}

type WordAt = (offset: number) => number;

function prefixedLoad(word: WordAt, address: number, mtctr: number): Load | null {
	const [first, second] = [word(mtctr - 8), word(mtctr - 4)];
	if ((first & 0xfffc_0000) >>> 0 !== pldRelative || second >>> 16 !== pldR12) return null;
	const slot = address + mtctr - 8 + ((first << 14) >> 14) * 0x1_0000 + (second & 0xffff);
	return {begin: mtctr - 8, slot};
}

function tocLoad(word: WordAt, toc: number, mtctr: number): Load | null {
	const load = word(mtctr - 4);
	const lower = (load << 16) >> 16;
	if ((load & 3) !== 0) return null;
	if (load >>> 16 === ldR12R2) return {begin: mtctr - 4, slot: toc + lower};
	const upper = word(mtctr - 8);
	if (load >>> 16 !== ldR12R12 || upper >>> 16 !== addisR12R2) return null;
	return {begin: mtctr - 8, slot: toc + ((upper << 16) >> 16) * 0x1_0000 + lower};
}

const [stdR2, mtctrR12, bctr] = [0xf841_0018, 0x7d89_03a6, 0x4e80_0420];
/** The upper halves of `addis r12, r2`, `ld r12, 0(r2)`, `ld r12, 0(r12)`; of the prefix and the suffix of `pld r12`. */
const [addisR12R2, ldR12R2, ldR12R12] = [0x3d82, 0xe982, 0xe98c];
const [pldRelative, pldR12] = [0x0410_0000, 0xe580];
