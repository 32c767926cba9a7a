/** This file finds PLT stubs: a few instructions that jump to what a GOT slot holds. */

import type {Elf} from '../../elf/elf.js';
import {stubsOfAarch64} from './aarch64-plt.js';
import type {PltRange, PltStub} from './code.js';
import {codeRanges} from './ranges.js';
import {stubsOfRiscv64} from './riscv64-plt.js';
import {stubsOfX8664} from './x86-64-plt.js';

/** The stubs whose slot is among those given. */
export function findStubs(elf: Elf, slots: ReadonlySet<number>): PltStub[] {
	const find = finders[elf.machine];
	return find === undefined ? [] : codeRanges(elf).plt.flatMap(range => find(range, slots));
}

type Finder = (range: PltRange, slots: ReadonlySet<number>) => PltStub[];

const finders: Readonly<Partial<Record<string, Finder>>> = {
	x86_64: stubsOfX8664,
	aarch64: stubsOfAarch64,
	riscv64: stubsOfRiscv64,
};
