/** This file reads, or passes over, a DWARF value by the form in which it is written. */

import {ElfError} from '../../errors.js';
import type {Cursor} from './cursor.js';
import type {Unit} from './unit.js';

export type Value =
	| {readonly kind: 'text'; readonly text: string}
	/** In .debug_str. */
	| {readonly kind: 'string'; readonly offset: number}
	/** In .debug_line_str. */
	| {readonly kind: 'line-string'; readonly offset: number}
	/** In .debug_str_offsets. */
	| {readonly kind: 'string-index'; readonly index: number}
	| {readonly kind: 'offset'; readonly offset: number}
	| {readonly kind: 'other'};

type Read = (cursor: Cursor, unit: Pick<Unit, 'version' | 'offsetSize' | 'addressSize'>) => Value;

/** Errors: ElfError for a form that no version up to 5, nor GNU's tools, defines. */
export function readValue(cursor: Cursor, form: number, unit: Unit): Value {
	const read = form === indirect ? forms[cursor.uleb()] : forms[form];
	if (read === undefined)
		throw new ElfError(`The debug information has a value of form ${form}, which is not known`, cursor.at);
	return read(cursor, unit);
}

const indirect = 0x16;
const other: Value = {kind: 'other'};

const bytes =
	(size: number): Read =>
	cursor => {
		cursor.skip(size);
		return other;
	};

const block =
	(size: 1 | 2 | 4): Read =>
	cursor => {
		cursor.skip(cursor.unsigned(size));
		return other;
	};

const ulebBlock: Read = cursor => {
	cursor.skip(cursor.uleb());
	return other;
};

const uleb: Read = cursor => {
	cursor.uleb();
	return other;
};

const offset: Read = (cursor, {offsetSize}) => ({kind: 'offset', offset: cursor.unsigned(offsetSize)});

const stringIndex =
	(size: 1 | 2 | 3 | 4): Read =>
	cursor => ({kind: 'string-index', index: cursor.unsigned(size)});

/** By the number of the form, DW_FORM_*. */
const forms: Readonly<Record<number, Read>> = {
	1: (cursor, {addressSize}) => bytes(addressSize)(cursor, {version: 0, offsetSize: 4, addressSize}), // addr
	3: block(2),
	4: block(4),
	5: bytes(2),
	6: bytes(4),
	7: bytes(8),
	8: cursor => ({kind: 'text', text: cursor.string()}), // string
	9: ulebBlock, // block
	10: block(1),
	11: bytes(1),
	12: bytes(1), // flag
	13: uleb, // sdata: as long as an unsigned one
	14: (cursor, {offsetSize}) => ({kind: 'string', offset: cursor.unsigned(offsetSize)}), // strp
	15: uleb, // udata
	16: (cursor, {version, offsetSize, addressSize}) => {
		// ref_addr: an address in version 2, an offset since.
		cursor.skip(version === 2 ? addressSize : offsetSize);
		return other;
	},
	17: bytes(1),
	18: bytes(2),
	19: bytes(4),
	20: bytes(8),
	21: uleb, // ref_udata
	23: offset, // sec_offset
	24: ulebBlock, // exprloc
	25: () => other, // flag_present
	26: cursor => ({kind: 'string-index', index: cursor.uleb()}), // strx
	27: uleb, // addrx
	28: bytes(4), // ref_sup4
	29: offset, // strp_sup: in another file
	30: bytes(16), // data16
	31: (cursor, {offsetSize}) => ({kind: 'line-string', offset: cursor.unsigned(offsetSize)}), // line_strp
	32: bytes(8), // ref_sig8
	33: () => other, // implicit_const: its value is in the abbreviation
	34: uleb, // loclistx
	35: uleb, // rnglistx
	36: bytes(8), // ref_sup8
	37: stringIndex(1),
	38: stringIndex(2),
	39: stringIndex(3),
	40: stringIndex(4),
	41: bytes(1), // addrx1 to addrx4
	42: bytes(2),
	43: bytes(3),
	44: bytes(4),
	7937: uleb, // GNU_addr_index
	7938: cursor => ({kind: 'string-index', index: cursor.uleb()}), // GNU_str_index
	7968: offset, // GNU_ref_alt
	7969: offset, // GNU_strp_alt: in the file that dwz shares between packages
};
