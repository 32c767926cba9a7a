/** This file reads, or passes over, a DWARF value by the form in which it is written. */

import {ElfError} from '../errors.js';
import {DW_FORM} from './abi.js';
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
	/** In the .debug_str of the file that dwz shares between packages. */
	| {readonly kind: 'shared-string'; readonly offset: number}
	| {readonly kind: 'address'; readonly address: number}
	/** In .debug_addr. */
	| {readonly kind: 'address-index'; readonly index: number}
	/** An entry of .debug_info. */
	| {readonly kind: 'reference'; readonly offset: number}
	/** The same, of the file that dwz shares. */
	| {readonly kind: 'shared-reference'; readonly offset: number}
	/** In a section that the attribute tells. */
	| {readonly kind: 'offset'; readonly offset: number}
	/** Of a list of ranges. */
	| {readonly kind: 'list-index'; readonly index: number}
	/** Also an offset, where a version before 4 says so of the attribute. */
	| {readonly kind: 'number'; readonly number: number}
	| {readonly kind: 'other'};

type Shape = Pick<Unit, 'start' | 'version' | 'offsetSize' | 'addressSize'>;
type Read = (cursor: Cursor, unit: Shape) => Value;

/** `constant`: what an abbreviation gives as the value. Errors: ElfError for a form that no version up to 5, nor GNU's tools, defines. */
export function readValue(cursor: Cursor, form: number, unit: Shape, constant = 0): Value {
	if (form === DW_FORM.implicit_const) return {kind: 'number', number: constant};
	const known = form === DW_FORM.indirect ? cursor.uleb() : form;
	const read = forms[known];
	if (read === undefined) throw unknown(known, cursor);
	return read(cursor, unit);
}

/** How many bytes every value of a form has; null where that differs from one to the next. */
export function sizeOfForm(form: number, {version, offsetSize, addressSize}: Shape): number | null {
	const size = sizes[form];
	if (size === 'offset') return offsetSize;
	if (size === 'address') return addressSize;
	if (form === DW_FORM.ref_addr) return version === 2 ? addressSize : offsetSize;
	return size ?? null;
}

/** A value of a form whose values differ in size. Errors: ElfError as for reading it. */
export function skipVarying(cursor: Cursor, form: number, unit: Shape): void {
	if (form === DW_FORM.string) cursor.skipString();
	else if (form === DW_FORM.exprloc || form === DW_FORM.block) cursor.skip(cursor.uleb());
	else readValue(cursor, form, unit);
}

function unknown(form: number, cursor: Cursor): ElfError {
	return new ElfError(`The debug information has a value of form ${form}, which is not known`, cursor.at);
}

const sizes: Readonly<Record<number, number | 'offset' | 'address'>> = {
	[DW_FORM.addr]: 'address',
	[DW_FORM.data1]: 1,
	[DW_FORM.data2]: 2,
	[DW_FORM.data4]: 4,
	[DW_FORM.data8]: 8,
	[DW_FORM.data16]: 16,
	[DW_FORM.flag]: 1,
	[DW_FORM.flag_present]: 0,
	[DW_FORM.implicit_const]: 0,
	[DW_FORM.strp]: 'offset',
	[DW_FORM.line_strp]: 'offset',
	[DW_FORM.sec_offset]: 'offset',
	[DW_FORM.strp_sup]: 'offset',
	[DW_FORM.GNU_ref_alt]: 'offset',
	[DW_FORM.GNU_strp_alt]: 'offset',
	[DW_FORM.ref1]: 1,
	[DW_FORM.ref2]: 2,
	[DW_FORM.ref4]: 4,
	[DW_FORM.ref8]: 8,
	[DW_FORM.ref_sig8]: 8,
	[DW_FORM.ref_sup4]: 4,
	[DW_FORM.ref_sup8]: 8,
	[DW_FORM.strx1]: 1,
	[DW_FORM.strx2]: 2,
	[DW_FORM.strx3]: 3,
	[DW_FORM.strx4]: 4,
	[DW_FORM.addrx1]: 1,
	[DW_FORM.addrx2]: 2,
	[DW_FORM.addrx3]: 3,
	[DW_FORM.addrx4]: 4,
};

const other: Value = {kind: 'other'};

const passed =
	(sizeOf: (cursor: Cursor) => number): Read =>
	cursor => {
		cursor.skip(sizeOf(cursor));
		return other;
	};

const skipUleb: Read = cursor => {
	cursor.uleb();
	return other;
};

const number =
	(size: 1 | 2 | 4 | 8): Read =>
	cursor => ({kind: 'number', number: cursor.unsigned(size)});

const stringIndex =
	(size: 1 | 2 | 3 | 4): Read =>
	cursor => ({kind: 'string-index', index: cursor.unsigned(size)});

const addressIndex =
	(size: 1 | 2 | 3 | 4): Read =>
	cursor => ({kind: 'address-index', index: cursor.unsigned(size)});

/** Counted from the beginning of its unit. */
const within =
	(offset: (cursor: Cursor) => number): Read =>
	(cursor, {start}) => ({kind: 'reference', offset: start + offset(cursor)});

const at =
	<Kind extends 'string' | 'line-string' | 'shared-string' | 'shared-reference' | 'offset'>(kind: Kind) =>
	(cursor: Cursor, {offsetSize}: Shape) => ({kind, offset: cursor.unsigned(offsetSize)});

/** By the number of the form. */
const forms: Readonly<Record<number, Read>> = {
	[DW_FORM.addr]: (cursor, {addressSize}) => ({kind: 'address', address: cursor.address(addressSize)}),
	[DW_FORM.block1]: passed(cursor => cursor.u8()),
	[DW_FORM.block2]: passed(cursor => cursor.unsigned(2)),
	[DW_FORM.block4]: passed(cursor => cursor.unsigned(4)),
	[DW_FORM.block]: passed(cursor => cursor.uleb()),
	[DW_FORM.exprloc]: passed(cursor => cursor.uleb()),
	[DW_FORM.data1]: number(1),
	[DW_FORM.data2]: number(2),
	[DW_FORM.data4]: number(4),
	[DW_FORM.data8]: number(8),
	[DW_FORM.data16]: passed(() => 16),
	[DW_FORM.flag]: number(1),
	[DW_FORM.flag_present]: () => ({kind: 'number', number: 1}),
	// As long as an unsigned one; no signed number is asked for.
	[DW_FORM.sdata]: skipUleb,
	[DW_FORM.udata]: cursor => ({kind: 'number', number: cursor.uleb()}),
	[DW_FORM.string]: cursor => ({kind: 'text', text: cursor.string()}),
	[DW_FORM.strp]: at('string'),
	[DW_FORM.line_strp]: at('line-string'),
	[DW_FORM.strp_sup]: at('shared-string'),
	[DW_FORM.GNU_strp_alt]: at('shared-string'),
	[DW_FORM.strx]: cursor => ({kind: 'string-index', index: cursor.uleb()}),
	[DW_FORM.GNU_str_index]: cursor => ({kind: 'string-index', index: cursor.uleb()}),
	[DW_FORM.strx1]: stringIndex(1),
	[DW_FORM.strx2]: stringIndex(2),
	[DW_FORM.strx3]: stringIndex(3),
	[DW_FORM.strx4]: stringIndex(4),
	[DW_FORM.addrx]: cursor => ({kind: 'address-index', index: cursor.uleb()}),
	[DW_FORM.GNU_addr_index]: cursor => ({kind: 'address-index', index: cursor.uleb()}),
	[DW_FORM.addrx1]: addressIndex(1),
	[DW_FORM.addrx2]: addressIndex(2),
	[DW_FORM.addrx3]: addressIndex(3),
	[DW_FORM.addrx4]: addressIndex(4),
	// An address in version 2, an offset since; from the beginning of the section.
	[DW_FORM.ref_addr]: (cursor, {version, offsetSize, addressSize}) => ({
		kind: 'reference',
		offset: version === 2 ? cursor.address(addressSize) : cursor.unsigned(offsetSize),
	}),
	[DW_FORM.ref1]: within(cursor => cursor.u8()),
	[DW_FORM.ref2]: within(cursor => cursor.unsigned(2)),
	[DW_FORM.ref4]: within(cursor => cursor.unsigned(4)),
	[DW_FORM.ref8]: within(cursor => cursor.unsigned(8)),
	[DW_FORM.ref_udata]: within(cursor => cursor.uleb()),
	[DW_FORM.ref_sig8]: passed(() => 8),
	[DW_FORM.ref_sup4]: cursor => ({kind: 'shared-reference', offset: cursor.unsigned(4)}),
	[DW_FORM.ref_sup8]: cursor => ({kind: 'shared-reference', offset: cursor.unsigned(8)}),
	[DW_FORM.GNU_ref_alt]: at('shared-reference'),
	[DW_FORM.sec_offset]: at('offset'),
	[DW_FORM.loclistx]: skipUleb,
	[DW_FORM.rnglistx]: cursor => ({kind: 'list-index', index: cursor.uleb()}),
};
