/** This file knows how binutils write the code of CPUs that are neither x86-64 nor aarch64. */

import type {OracleInstruction} from './objdump.js';
import {isPlt} from './objdump.js';
import {readArm, stubsOfArm, syntaxOfArm} from './objdump-arm.js';
import {readI386, syntaxOfI386} from './objdump-i386.js';
import {markStubs, readPpc64le, syntaxOfPpc64le} from './objdump-ppc64le.js';
import {readRiscv64, syntaxOfRiscv64} from './objdump-riscv64.js';
import {readS390x, syntaxOfS390x} from './objdump-s390x.js';
import {type Lines, linesOf, type Operands} from './objdump-text.js';
import {isOnlyCompared, type Syntax} from './only-compared.js';

export interface Port {
	/** As `readelf -h` names it. */
	readonly machine: string;
	readonly objdump: string;
	readonly hasGlobDat: boolean;
	instructions(path: string): readonly OracleInstruction[];
	/** The addresses at which PLT stubs are entered, with the slots that they jump through. */
	stubs(path: string): ReadonlyMap<number, number>;
}

export function portOf(machine: string): Port | null {
	return ports.find(port => port.machine === machine) ?? null;
}

function port(
	machine: string,
	objdump: string,
	hasGlobDat: boolean,
	syntax: Syntax,
	read: (lines: Lines, path: string) => readonly Operands[],
): Port {
	const known = new Map<string, readonly OracleInstruction[]>();
	const instructions = (path: string) => {
		const found = known.get(path) ?? readInstructions(path);
		known.clear();
		known.set(path, found);
		return found;
	};
	const readInstructions = (path: string) => {
		const lines = machine === 'PowerPC64' ? markStubs(linesOf(objdump, path)) : linesOf(objdump, path);
		const all = read(lines, path);
		return lines.map(({section, address}, index) => {
			const found = all[index] as Operands;
			return {section, address, ...found, compared: found.lea && isOnlyCompared(lines, index, syntax)};
		});
	};
	return {machine, objdump, hasGlobDat, instructions, stubs: path => stubsIn(instructions(path))};
}

/** From every address of a PLT that runs into a jump through a slot. */
function stubsIn(instructions: readonly OracleInstruction[]): ReadonlyMap<number, number> {
	const stubs = new Map<number, number>();
	let pending: number[] = [];
	for (const {section, address, branch, throughMemory, target} of instructions) {
		if (!isPlt(section)) continue;
		pending.push(address);
		if (branch === null) continue;
		if (throughMemory && target !== null) for (const entry of pending) stubs.set(entry, target);
		pending = [];
	}
	return stubs;
}

const ports: readonly Port[] = [
	port('RISC-V', 'riscv64-linux-gnu-objdump', false, syntaxOfRiscv64, readRiscv64),
	port('IBM S/390', 's390x-linux-gnu-objdump', true, syntaxOfS390x, readS390x),
	{
		...port('ARM', 'arm-linux-gnueabihf-objdump', true, syntaxOfArm, readArm),
		stubs: path => stubsOfArm(linesOf('arm-linux-gnueabihf-objdump', path)),
	},
	port('Intel 80386', 'objdump', true, syntaxOfI386, readI386),
	port('PowerPC64', 'powerpc64le-linux-gnu-objdump', false, syntaxOfPpc64le, readPpc64le),
];
