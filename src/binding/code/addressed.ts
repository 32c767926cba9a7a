/** This file knows for which machines the instructions that refer to data are decoded, and by what. */

import type {Elf} from '../../elf/elf.js';
import {addressedByAarch64} from './aarch64-addressed.js';
import type {FindAddressed} from './code.js';
import {addressedByX8664} from './x86-64-addressed.js';

/** Null for a machine of which only relocations tell. */
export function addressedFor({machine}: Elf): FindAddressed | null {
	switch (machine) {
		case 'x86_64':
			return addressedByX8664;
		case 'aarch64':
			return addressedByAarch64;
		default:
			return null;
	}
}
