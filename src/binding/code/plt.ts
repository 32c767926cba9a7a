/** This file finds PLT stubs: a few instructions that jump to what a GOT slot holds. */

import {DT_PLTGOT} from '../../elf/abi.js';
import type {Elf} from '../../elf/elf.js';
import {tocOf} from '../toc.js';
import {stubsOfAarch64} from './aarch64-plt.js';
import {stubsOfArm} from './arm-plt.js';
import type {PltRange, PltStub} from './code.js';
import {stubsOfI386} from './i386-plt.js';
import {stubsOfPpc64le} from './ppc64le-plt.js';
import {codeRanges} from './ranges.js';
import {stubsOfRiscv64} from './riscv64-plt.js';
import {stubsOfS390x} from './s390x-plt.js';
import {stubsOfX8664} from './x86-64-plt.js';

/** The stubs whose slot is among those given. */
export function findStubs(elf: Elf, slots: ReadonlySet<number>): PltStub[] {
	const find = finderFor(elf);
	const {code, plt} = codeRanges(elf);
	const ranges = elf.machine === 'ppc64le' ? code.map(range => ({...range, isPlt: false})) : plt;
	return find === null ? [] : ranges.flatMap(range => find(range, slots));
}

type Finder = (range: PltRange, slots: ReadonlySet<number>) => PltStub[];

function finderFor(elf: Elf): Finder | null {
	switch (elf.machine) {
		case 'x86_64':
			return stubsOfX8664;
		case 'aarch64':
			return stubsOfAarch64;
		case 'riscv64':
			return stubsOfRiscv64;
		case 'arm':
			return stubsOfArm;
		case 's390x':
			return stubsOfS390x;
		case 'i386':
			return (range, slots) => stubsOfI386(range, slots, elf.dynamic?.values.get(DT_PLTGOT) ?? null);
		case 'ppc64le': {
			const toc = tocOf(elf);
			return toc === null ? null : (range, slots) => stubsOfPpc64le(range, slots, toc);
		}
		default:
			return null;
	}
}
