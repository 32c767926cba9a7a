/** This file tells which words are GOT slots, through which code calls what the dynamic linker finds. */

import type {Elf} from '../elf/elf.js';
import type {RelocationKind} from '../elf/relocations.js';
import {tocOf} from './toc.js';

/**
 * By the kind of their relocation. Linkers for riscv64 and ppc64le know no GLOB_DAT: there a slot has the relocation of any word
 * of data, so only its place tells.
 */
export function slotTest(elf: Elf): (kind: RelocationKind, address: number) => boolean {
	const isInGot = gotTest(elf);
	return (kind, address) => kind === 'JUMP_SLOT' || kind === 'GLOB_DAT' || (kind === 'ABSOLUTE' && isInGot(address));
}

function gotTest(elf: Elf): (address: number) => boolean {
	if (elf.machine !== 'riscv64' && elf.machine !== 'ppc64le') return () => false;
	const spans =
		elf.sections.length > 0
			? elf.sections
					.filter(({name}) => name === '.got')
					.map(({address, size}) => ({begin: address, end: address + size}))
			: withoutSections(elf);
	return address => spans.some(({begin, end}) => address >= begin && address < end);
}

/** How far behind the beginning of the GOT ppc64le's table of contents points, so that 16 bits with a sign reach all of it. */
const tocBias = 0x8000;

/** Up to the end of what the dynamic linker protects, or, where it does not protect the GOT, up to the end of the data. */
function withoutSections(elf: Elf): readonly {readonly begin: number; readonly end: number}[] {
	const toc = elf.machine === 'ppc64le' ? tocOf(elf) : null;
	const begin = elf.machine === 'riscv64' ? wordOfDynamic(elf) : toc === null ? null : toc - tocBias;
	if (begin === null) return [];
	const around = elf.segments
		.filter(({type}) => type === 'relro' || type === 'load')
		.filter(({address, memorySize}) => begin >= address && begin < address + memorySize)
		.map(({address, memorySize}) => address + memorySize);
	return around.length === 0 ? [] : [{begin, end: Math.min(...around)}];
}

/** The first word of riscv64's GOT is the address of the dynamic section, and linkers put it somewhere behind that. */
function wordOfDynamic({bytes, segments}: Elf): number | null {
	const dynamic = segments.find(({type}) => type === 'dynamic');
	if (dynamic === undefined) return null;
	const from = dynamic.address + dynamic.fileSize;
	for (const {type, executable, address, offset, fileSize} of segments) {
		if (type !== 'load' || executable) continue;
		for (let at = aligned(Math.max(from, address)); at + wordSize <= address + fileSize; at += wordSize) {
			if (bytes.word(offset + at - address) === dynamic.address) return at;
		}
	}
	return null;
}

const wordSize = 8;

function aligned(address: number): number {
	return Math.ceil(address / wordSize) * wordSize;
}
