/** This file reads the header of a DWARF unit. */

import {ElfError} from '../errors.js';
import {DW_UT} from './abi.js';
import type {Cursor} from './cursor.js';

/** How the values of a unit are written. */
export interface Unit {
	/** Where its header begins: what a reference within the unit is counted from. */
	readonly start: number;
	readonly version: number;
	/** Eight bytes in the 64-bit form of DWARF, which has nothing to do with the machine's words. */
	readonly offsetSize: 4 | 8;
	readonly addressSize: number;
	readonly abbreviations: number;
	/** Whether it is of code, rather than of a type or of a version or kind that is not known. */
	readonly compiles: boolean;
	readonly end: number;
}

/** The header of a unit, DWARF versions 2 to 5; the cursor stands behind it afterwards. Errors: ElfError where it lies outside. */
export function readUnit(cursor: Cursor): Unit {
	const start = cursor.at;
	const first = cursor.unsigned(4);
	const offsetSize = first === 0xffff_ffff ? 8 : 4;
	const length = offsetSize === 8 ? cursor.unsigned(8) : first;
	const end = cursor.at + length;
	const version = cursor.unsigned(2);
	const shape = {start, version, offsetSize, end} as const;
	if (version < 5) {
		const abbreviations = cursor.unsigned(offsetSize);
		return {...shape, abbreviations, addressSize: cursor.u8(), compiles: version >= 2};
	}
	const type = cursor.u8();
	const addressSize = cursor.u8();
	const abbreviations = cursor.unsigned(offsetSize);
	cursor.skip(afterHeader(type, offsetSize));
	const compiles = version === 5 && (type === DW_UT.compile || type === DW_UT.partial || type === DW_UT.skeleton);
	return {...shape, abbreviations, addressSize, compiles};
}

/** A skeleton names its other half, a type its signature and where it begins. */
function afterHeader(type: number, offsetSize: number): number {
	if (type === DW_UT.skeleton || type === DW_UT.split_compile) return 8;
	return type === DW_UT.type || type === DW_UT.split_type ? 8 + offsetSize : 0;
}

/** Errors: ElfError where the unit ends outside of its section. */
export function mustEndWithin({start, end}: Unit, length: number): void {
	if (!(end <= length)) throw new ElfError('A unit of debug information ends outside of its section', start);
}
