/** This file finds the PLT stubs of riscv64: `auipc t3, page; ld t3, rest(t3); jalr t1, t3`. */

import type {PltRange, PltStub} from './code.js';
import {riscvWordAt} from './riscv64.js';
import {readRiscv} from './riscv64-instruction.js';

/** No compiler links with t1: the shape alone tells a stub from other code. */
export function stubsOfRiscv64({address, bytes}: PltRange, slots: ReadonlySet<number>): PltStub[] {
	const stubs: PltStub[] = [];
	for (let at = 0; at + stubSize <= bytes.length; at += 2) {
		const page = readRiscv(riscvWordAt(bytes, at));
		if (page.operation !== 'auipc' || page.rd !== t3) continue;
		const load = readRiscv(riscvWordAt(bytes, at + 4));
		const jump = readRiscv(riscvWordAt(bytes, at + 8));
		if (load.operation !== 'ld' || load.rd !== t3 || load.rs1 !== t3) continue;
		if (jump.operation !== 'jalr' || jump.rd !== t1 || jump.rs1 !== t3 || jump.immediate !== 0) continue;
		const slot = address + at + page.immediate + load.immediate;
		if (slots.has(slot)) stubs.push({address: address + at, slot, jump: address + at + 8});
	}
	return stubs;
}

const [t1, t3] = [6, 28];
const stubSize = 12;
