/** This file knows which machines' code is decoded, and by what. */

import type {Elf} from '../../elf/elf.js';
import {decodeAarch64} from './aarch64.js';
import {onlyComparesAarch64} from './aarch64-guards.js';
import type {MachineCode} from './code.js';
import {isBtiC, isEndbr64} from './landing-pads.js';
import {decodeRiscv64, isPreambleRiscv64} from './riscv64.js';
import {onlyComparesRiscv64} from './riscv64-guards.js';
import {loadX8664} from './x86-64.js';
import {onlyComparesX8664} from './x86-64-guards.js';
import {followBaseX8664} from './x86-64-large-model.js';

/** Null for a machine whose code is not decoded: what relocations tell is known of it all the same. */
export async function decoderFor({machine}: Elf): Promise<MachineCode | null> {
	switch (machine) {
		case 'x86_64':
			return {
				decode: await loadX8664(),
				onlyCompares: onlyComparesX8664,
				followBase: followBaseX8664,
				isPreamble: isEndbr64,
			};
		case 'aarch64':
			// Its large code model is for executables only, whose references to their own functions are bound however made.
			return {decode: decodeAarch64, onlyCompares: onlyComparesAarch64, followBase: none, isPreamble: isBtiC};
		case 'riscv64':
			return {
				decode: decodeRiscv64,
				onlyCompares: onlyComparesRiscv64,
				followBase: none,
				isPreamble: isPreambleRiscv64,
			};
		default:
			return null;
	}
}

function none(): boolean {
	return false;
}
