/** This file reads a table of abbreviations: of each shape of entry, its tag and in which form each attribute is written. */

import type {Bytes} from '../elf/bytes.js';
import {ElfError} from '../errors.js';
import {DW_FORM, DW_TAG} from './abi.js';
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
	/** How far behind the first attribute of the entry it stands; null where an attribute before it varies in size. */
	readonly offset: number | null;
}

export interface Abbreviation {
	/** One of DW_TAG_. */
	readonly tag: number;
	readonly children: boolean;
	readonly attributes: readonly AttributeForm[];
	/** How many bytes an entry of this shape has in all; null where that is told by the entry only. */
	readonly size: number | null;
	/** Nine of ten entries: of one size, with nothing in it, and no function. */
	readonly isPlain: boolean;
}

/** Gives the abbreviation of a code; undefined where the table has no such code. */
export interface Abbreviations {
	get(code: number): Abbreviation | undefined;
}

/** Compilers number them from 1 on; other numbers are looked up. */
class Table implements Abbreviations {
	readonly #inOrder: Abbreviation[] = [];
	readonly #others = new Map<number, Abbreviation>();

	get(code: number): Abbreviation | undefined {
		return code <= this.#inOrder.length ? this.#inOrder[code - 1] : this.#others.get(code);
	}

	/** The first one of a code counts. */
	add(code: number, abbreviation: Abbreviation): void {
		if (this.get(code) !== undefined) return;
		if (code === this.#inOrder.length + 1) this.#inOrder.push(abbreviation);
		else this.#others.set(code, abbreviation);
	}
}

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
	const table = new Table();
	for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
		const tag = cursor.uleb();
		const children = cursor.u8() !== 0;
		const attributes = readAttributes(cursor, unit);
		const size = sizeOf(attributes);
		const isFunction = tag === DW_TAG.subprogram || tag === DW_TAG.inlined_subroutine;
		table.add(code, {tag, children, attributes, size, isPlain: size !== null && !children && !isFunction});
	}
	return table;
}

function readAttributes(cursor: Cursor, unit: Unit): readonly AttributeForm[] {
	const attributes: AttributeForm[] = [];
	let offset: number | null = 0;
	for (;;) {
		const name = cursor.uleb();
		const form = cursor.uleb();
		const constant = form === DW_FORM.implicit_const ? cursor.uleb() : 0;
		if (name === 0 && form === 0) return attributes;
		const size = sizeOfForm(form, unit);
		attributes.push({name, form, constant, size, offset});
		offset = size === null || offset === null ? null : offset + size;
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
