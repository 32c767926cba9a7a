/** This file disassembles a few instructions around an address. */

import type {Elf} from '../elf/elf.js';
import {loadAarch64Text} from './code/aarch64-text.js';
import {labelling} from './code/labels.js';
import {codeRanges} from './code/ranges.js';
import type {Line, Write} from './code/text.js';
import {loadX8664Text} from './code/x86-64-text.js';
import {functionStarts} from './function-starts.js';

/** How many instructions to show before and after the one that is meant. */
export interface Extent {
	readonly before: number;
	readonly after: number;
}

/** The instruction at an address and its neighbours in the same function; empty where there is no code or no decoder. */
export async function disassemble(elf: Elf, address: number, {before, after}: Extent): Promise<readonly Line[]> {
	const write = await writerOf(elf.machine);
	const {code, plt} = codeRanges(elf);
	const range = [...code, ...plt].find(({address: begin, bytes}) => address >= begin && address < begin + bytes.length);
	if (write === null || range === undefined) return [];
	const start = functionStarts(elf).findLast(begin => begin <= address && begin >= range.address) ?? range.address;
	const starts = startsFrom(start, address, before);
	write(range, start, () => null, starts.visit);
	const lines: Line[] = [];
	write(range, starts.first(), labelling(elf), (at, size, text) => {
		const offset = at - range.address;
		lines.push({address: at, bytes: range.bytes.subarray(offset, offset + size), text: text()});
		return lines.filter(line => line.address > address).length < after;
	});
	return after === 0 ? lines.filter(line => line.address <= address) : lines;
}

/** Instructions cannot be read backwards: so all from the function's start are passed, the last few remembered. */
function startsFrom(start: number, address: number, before: number) {
	const last: number[] = [];
	return {
		visit(at: number): boolean {
			if (at <= address) last.push(at);
			if (last.length > before + 1) last.shift();
			return at < address;
		},
		first: () => last[0] ?? start,
	};
}

async function writerOf(machine: string): Promise<Write | null> {
	switch (machine) {
		case 'x86_64':
			return loadX8664Text();
		case 'aarch64':
			return loadAarch64Text();
		default:
			return null;
	}
}
