/** This file finds the table of contents of a ppc64le object: the address in r2 from which its code reaches its data. */

import type {Elf} from '../elf/elf.js';
import {findOffset} from '../elf/segments.js';

/** Null where it cannot be told for certain: a large object may have several. */
export function tocOf(elf: Elf): number | null {
	if (elf.machine !== 'ppc64le') return null;
	const known = found.get(elf);
	if (known !== undefined) return known.toc;
	const toc = findToc(elf);
	found.set(elf, {toc});
	return toc;
}

const found = new WeakMap<Elf, {readonly toc: number | null}>();

function findToc(elf: Elf): number | null {
	const told = new Set<number>();
	for (const symbols of [elf.dynamicSymbols, elf.symbols]) {
		for (const {defined, value, localEntry} of symbols) {
			const toc = defined && localEntry - value === prologueSize ? tocOfPrologue(elf, value) : null;
			if (toc !== null) told.add(toc);
		}
	}
	if (told.size > 0) return told.size === 1 ? ([...told][0] as number) : null;
	const got = elf.sections.find(({name}) => name === '.got');
	return got === undefined ? null : got.address + 0x8000;
}

/** `addis r2, r12, upper; addi r2, r2, lower`: r12 holds the function's own address. */
function tocOfPrologue({bytes, segments}: Elf, address: number): number | null {
	const offset = findOffset(segments, address, prologueSize);
	if (offset === null) return null;
	const [upper, lower] = [bytes.u32(offset), bytes.u32(offset + 4)];
	if (upper >>> 16 !== 0x3c4c || lower >>> 16 !== 0x3842) return null;
	return address + ((upper << 16) >> 16) * 0x1_0000 + ((lower << 16) >> 16);
}

const prologueSize = 8;
