/** This file reads the header of a DWARF unit. */

import type {Cursor} from './cursor.js';

/** DW_UT_compile, DW_UT_partial, DW_UT_skeleton. */
const unitTypes = {compile: 1, partial: 3, skeleton: 4} as const;

/** How the values of a unit are written. */
export interface Unit {
	readonly version: number;
	/** Eight bytes in the 64-bit form of DWARF, which has nothing to do with the machine's words. */
	readonly offsetSize: 4 | 8;
	readonly addressSize: number;
	readonly abbreviations: number;
	readonly compiles: boolean;
	readonly end: number;
}

/** The header of a unit, DWARF versions 2 to 5; the cursor stands behind it afterwards. */
export function readUnit(cursor: Cursor): Unit {
	const first = cursor.unsigned(4);
	const offsetSize = first === 0xffff_ffff ? 8 : 4;
	const length = offsetSize === 8 ? cursor.unsigned(8) : first;
	const end = cursor.at + length;
	const version = cursor.unsigned(2);
	if (version < 5) {
		const abbreviations = cursor.unsigned(offsetSize);
		const addressSize = cursor.unsigned(1);
		return {version, offsetSize, addressSize, abbreviations, compiles: version >= 2, end};
	}
	const type = cursor.unsigned(1);
	const addressSize = cursor.unsigned(1);
	const abbreviations = cursor.unsigned(offsetSize);
	if (type === unitTypes.skeleton) cursor.skip(8);
	const compiles = version === 5 && Object.values(unitTypes).some(known => known === type);
	return {version, offsetSize, addressSize, abbreviations, compiles, end};
}
