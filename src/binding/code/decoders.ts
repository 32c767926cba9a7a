/** This file knows which machines' code is decoded, and by what. */

import {SuiteError} from '../../errors.js';
import {decodeAarch64} from './aarch64.js';
import {onlyComparesAarch64} from './aarch64-guards.js';
import type {MachineCode} from './code.js';
import {loadX8664} from './x86-64.js';
import {onlyComparesX8664} from './x86-64-guards.js';
import {followBaseX8664} from './x86-64-large-model.js';

/** Errors: SuiteError for a machine whose code is not decoded. */
export async function decoderFor(machine: string): Promise<MachineCode> {
	switch (machine) {
		case 'x86_64':
			return {decode: await loadX8664(), onlyCompares: onlyComparesX8664, followBase: followBaseX8664};
		case 'aarch64':
			// Its large code model is for executables only, whose references to their own functions are bound however made.
			return {decode: decodeAarch64, onlyCompares: onlyComparesAarch64, followBase: () => false};
		default:
			throw new SuiteError(`The code of the machine ${machine} cannot be decoded.`, {
				hint: 'Give an object for x86_64 or aarch64.',
			});
	}
}
