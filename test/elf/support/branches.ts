/** This file lists the direct branches of an object's code, as our decoders give them, for tests to compare. */

import {decoderFor} from '../../../src/binding/code/decoders.js';
import {codeRanges} from '../../../src/binding/code/ranges.js';
import {functionStarts} from '../../../src/binding/function-starts.js';
import type {Elf} from '../../../src/elf/elf.js';

/** Each as `ADDRESS call TARGET` or `ADDRESS jump TARGET`, in the order of addresses. */
export async function branchesOf(elf: Elf): Promise<readonly string[]> {
	const branches: string[] = [];
	const decoder = await decoderFor(elf);
	decoder?.decode(
		codeRanges(elf).code,
		functionStarts(elf),
		{fixedAddress: false},
		{
			direct: (at, target, isCall) => branches.push(branchLine(at, isCall ? 'call' : 'jump', target)),
			indirect: () => {},
			address: () => {},
		},
	);
	return branches;
}

export function branchLine(at: number, kind: 'call' | 'jump', target: number): string {
	return `${at.toString(16)} ${kind} ${target.toString(16)}`;
}
