/** This file knows which machines' code is decoded, and by what. */

import type {Elf} from '../../elf/elf.js';
import {armSpans} from '../arm-spans.js';
import {tocOf} from '../toc.js';
import {decodeAarch64} from './aarch64.js';
import {onlyComparesAarch64} from './aarch64-guards.js';
import {decoderOfArm} from './arm.js';
import type {MachineCode} from './code.js';
import {loadI386} from './i386.js';
import {isBtiC, isEndbr32, isEndbr64} from './landing-pads.js';
import {decoderOfPpc64le, isPreamblePpc64le} from './ppc64le.js';
import {onlyComparesPpc64le} from './ppc64le-guards.js';
import {decodeRiscv64, isPreambleRiscv64} from './riscv64.js';
import {onlyComparesRiscv64} from './riscv64-guards.js';
import {decodeS390x} from './s390x.js';
import {onlyComparesS390x} from './s390x-guards.js';
import {onlyComparesThumb} from './thumb-guards.js';
import {loadX8664} from './x86-64.js';
import {onlyComparesI386, onlyComparesX8664} from './x86-64-guards.js';
import {followBaseX8664} from './x86-64-large-model.js';

/** Null for a machine whose code is not decoded: what relocations tell is known of it all the same. */
export async function decoderFor(elf: Elf): Promise<MachineCode | null> {
	switch (elf.machine) {
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
		case 'arm': {
			const spans = armSpans(elf);
			if (spans === null) return null;
			return {
				decode: decoderOfArm(spans),
				onlyCompares: onlyComparesThumb,
				followBase: none,
				isPreamble: none,
			};
		}
		case 's390x':
			return {decode: decodeS390x, onlyCompares: onlyComparesS390x, followBase: none, isPreamble: none};
		case 'i386':
			return {
				decode: await loadI386(),
				onlyCompares: onlyComparesI386,
				followBase: none,
				isPreamble: isEndbr32,
			};
		case 'ppc64le': {
			const toc = tocOf(elf);
			if (toc === null) return null;
			return {
				decode: decoderOfPpc64le(toc),
				onlyCompares: onlyComparesPpc64le,
				followBase: none,
				isPreamble: isPreamblePpc64le,
			};
		}
		default:
			return null;
	}
}

function none(): boolean {
	return false;
}
