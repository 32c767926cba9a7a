/** This file makes a generated shim: a shared object with one trampoline for each function that a sweep overrides, and the tables of its runtime. */

import type {Elf} from '../elf/elf.js';
import {ElfError} from '../errors.js';
import type {ShimFunction} from './function.js';
import {gotOf} from './got.js';
import {shimMachines} from './machines.js';
import {writeObject} from './object.js';
import {sectionsOf} from './sections.js';
import type {ShimLayout, ShimShape} from './shape.js';
import {tablesOf} from './tables.js';
import {readTrampolines} from './trampoline.js';

/** Of which CPU's programs a template, the compiled native/sweep/trampoline-*.S, can make shims; `uname -m` names it. */
export function isShimMachine(machine: string): boolean {
	return shimMachines.has(machine);
}

/** Errors: ElfError where the template is not what our own build makes. */
export function shimImage(functions: readonly ShimFunction[], template: Elf, layout: ShimLayout): Buffer {
	const machine = shimMachines.get(template.machine);
	if (machine === undefined) throw new ElfError(`There are no trampolines for ${template.machine}`, 0);
	const slots: readonly ShimFunction[] = [...functions, canary];
	const trampolines = readTrampolines(template, machine);
	const shape: ShimShape = {
		slots,
		machine,
		layout,
		trampolines,
		tables: tablesOf(slots),
		got: gotOf(machine),
	};
	for (const {size} of Object.values(trampolines)) {
		if (size > layout.SWEEP_STEP) throw new ElfError(`A trampoline is longer than ${layout.SWEEP_STEP} bytes`, 0);
	}
	return writeObject(machine.number, machine.page, sectionsOf(shape));
}

const canary: ShimFunction = {name: 'pyinterpose_canary_sweep', version: null, hidden: false, named: true};
