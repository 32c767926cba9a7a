/** This file writes as text the aarch64 instructions that refer to functions; others appear as their word. */

import {is, pageOfAdrp, targetOfBranch} from './aarch64.js';
import type {LabelOf} from './labels.js';
import type {Write} from './text.js';

export const writeAarch64: Write = ({address, bytes}, start, labelOf, each) => {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = start; at + 4 <= address + bytes.length; at += 4) {
		const word = view.getUint32(at - address, true);
		if (!each(at, 4, () => write(word, at, labelOf))) return;
	}
};

function write(word: number, at: number, labelOf: LabelOf): string {
	const named = (target: number) => labelOf(target) ?? `0x${target.toString(16)}`;
	const rd = word & 31;
	const rn = (word >>> 5) & 31;
	const twelve = (word >>> 10) & 0xfff;
	const target = targetOfBranch(word, at);
	if (target !== null) return `${branchName(word)}${named(target)}`;
	if (is(word, 0x9f00_0000, 0x9000_0000)) return `adrp x${rd}, 0x${pageOfAdrp(word, at).toString(16)}`;
	if (is(word, 0xffc0_0000, 0x9100_0000)) return `add ${wide(rd)}, ${wide(rn)}, #0x${twelve.toString(16)}`;
	if (is(word, 0xffc0_0000, 0xf940_0000)) return `ldr x${rd}, [${wide(rn)}, #${twelve * 8}]`;
	if (is(word, 0xffff_fc1f, 0xd61f_0000)) return `br x${rn}`;
	if (is(word, 0xffff_fc1f, 0xd63f_0000)) return `blr x${rn}`;
	return plain.get(word) ?? `.inst 0x${word.toString(16).padStart(8, '0')}`;
}

const plain: ReadonlyMap<number, string> = new Map([
	[0xd65f_03c0, 'ret'],
	[0xd503_201f, 'nop'],
	[0xd503_245f, 'bti c'],
	[0xd503_233f, 'paciasp'],
	[0xd503_23bf, 'autiasp'],
]);

function wide(register: number): string {
	return register === 31 ? 'sp' : `x${register}`;
}

const conditions = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le', 'al', 'nv'];

/** With the operands that stand before the target. */
function branchName(word: number): string {
	const register = `${word >>> 31 === 1 ? 'x' : 'w'}${word & 31}`;
	if (is(word, 0x7c00_0000, 0x1400_0000)) return word >>> 31 === 1 ? 'bl ' : 'b ';
	if (is(word, 0xff00_0000, 0x5400_0000)) return `b.${conditions[word & 15]} `;
	if (is(word, 0x7e00_0000, 0x3400_0000)) return `${is(word, 0x0100_0000, 0) ? 'cbz' : 'cbnz'} ${register}, `;
	const bit = ((word >>> 31) << 5) | ((word >>> 19) & 31);
	return `${is(word, 0x0100_0000, 0) ? 'tbz' : 'tbnz'} ${register}, #${bit}, `;
}
