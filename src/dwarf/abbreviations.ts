/** This file reads a table of abbreviations: of each shape of entry, its tag and in which form each attribute is written. */

import type {Bytes} from '../elf/bytes.js';
import {ElfError} from '../errors.js';
import {DW_FORM} from './abi.js';
import {Cursor} from './cursor.js';
import {sizeOfForm} from './forms.js';
import type {Unit} from './unit.js';

export interface AttributeForm {
	/** One of DW_AT_. */
	readonly name: number;
	/** One of DW_FORM_. */
	readonly form: number;
	/** The value, for DW_FORM_implicit_const. */
	readonly constant: number;
	/** How many bytes every value of it has; null where that differs from one to the next. */
	readonly size: number | null;
}

export interface Abbreviation {
	/** One of DW_TAG_. */
	readonly tag: number;
	readonly children: boolean;
	readonly attributes: readonly AttributeForm[];
	/** How many bytes an entry of this shape has in all; null where that is told by the entry only. */
	readonly size: number | null;
}

/** Gives the abbreviation of a code; undefined where the table has no such code. */
export type Abbreviations = ReadonlyMap<number, Abbreviation>;

/** Gives the table that a unit refers to; many units share one. Errors: ElfError where it lies outside its section. */
export function abbreviationTables(bytes: Bytes): (unit: Unit) => Abbreviations {
	const tables = new Map<string, Abbreviations>();
	let read = 0;
	return unit => {
		const {abbreviations, version, offsetSize, addressSize} = unit;
		const key = [abbreviations, version, offsetSize, addressSize].join(' ');
		const known = tables.get(key);
		if (known !== undefined) return known;
		const cursor = new Cursor(bytes, abbreviations);
		const table = readTable(cursor, unit);
		// Tables do not overlap; a forged file has as many units as it likes, each with nearly the whole section.
		read += cursor.at - abbreviations;
		if (read > 16 * bytes.length) throw new ElfError('The tables of abbreviations overlap', abbreviations);
		tables.set(key, table);
		return table;
	};
}

function readTable(cursor: Cursor, unit: Unit): Abbreviations {
	const table = new Map<number, Abbreviation>();
	for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
		const tag = cursor.uleb();
		const children = cursor.u8() !== 0;
		const attributes = readAttributes(cursor, unit);
		if (!table.has(code)) table.set(code, {tag, children, attributes, size: sizeOf(attributes)});
	}
	return table;
}

function readAttributes(cursor: Cursor, unit: Unit): readonly AttributeForm[] {
	const attributes: AttributeForm[] = [];
	for (;;) {
		const name = cursor.uleb();
		const form = cursor.uleb();
		const constant = form === DW_FORM.implicit_const ? cursor.uleb() : 0;
		if (name === 0 && form === 0) return attributes;
		attributes.push({name, form, constant, size: sizeOfForm(form, unit)});
	}
}

function sizeOf(attributes: readonly AttributeForm[]): number | null {
	let all = 0;
	for (const {size} of attributes) {
		if (size === null) return null;
		all += size;
	}
	return all;
}
