/** This file walks through the entries (DIEs) of debug information, and stops at those of functions and of their inlined copies. */

import {ElfError} from '../errors.js';
import type {Abbreviation, Abbreviations, AttributeForm} from './abbreviations.js';
import {DW_AT, DW_TAG} from './abi.js';
import {Cursor} from './cursor.js';
import {addressOf, type Bases, type DebugInformation} from './debug-information.js';
import {readValue, skipVarying, type Value} from './forms.js';
import {mustEndWithin, readUnit, type Unit} from './unit.js';

/** An entry of DW_TAG_subprogram or DW_TAG_inlined_subroutine; its attributes are read when they are asked for. */
export interface Die {
	readonly information: DebugInformation;
	readonly unit: Unit;
	readonly bases: Bases;
	/** From the beginning of .debug_info: what references name it by. */
	readonly offset: number;
	readonly tag: number;
	/** The nearest of both tags that it stands in. */
	readonly parent: Die | null;
	readonly abbreviation: Abbreviation;
	/** Where its attributes begin. */
	readonly at: number;
}

/** A unit whose entries are in another file, of -gsplit-dwarf. */
export type VisitSplit = (name: Value) => void;

/** In the order of the file. Errors: ElfError where a unit or an entry lies outside, or is of a form not known. */
export function visitDies(information: DebugInformation, visit: (die: Die) => void, visitSplit: VisitSplit): void {
	const {information: bytes} = information;
	const cursor = new Cursor(bytes, 0);
	while (cursor.at + 4 <= bytes.length) {
		const unit = readUnit(cursor);
		mustEndWithin(unit, bytes.length);
		if (unit.compiles && cursor.at < unit.end) visitUnit(information, unit, cursor, visit, visitSplit);
		cursor.at = unit.end;
	}
}

/** Undefined where the entry has no such attribute. */
export function attributeOf({information, unit, abbreviation, at}: AttributeSource, wanted: number): Value | undefined {
	if (!abbreviation.attributes.some(({name}) => name === wanted)) return undefined;
	const cursor = new Cursor(information.information, at);
	for (const attribute of abbreviation.attributes) {
		if (attribute.name === wanted) return readValue(cursor, attribute.form, unit, attribute.constant);
		skipAttribute(cursor, attribute, unit);
	}
	return undefined;
}

type AttributeSource = Pick<Die, 'information' | 'unit' | 'abbreviation' | 'at'>;

function visitUnit(
	information: DebugInformation,
	unit: Unit,
	cursor: Cursor,
	visit: (die: Die) => void,
	visitSplit: VisitSplit,
): void {
	const table = information.abbreviationsOf(unit);
	const offset = cursor.at;
	const code = cursor.uleb();
	if (code === 0) return;
	const abbreviation = lookUp(table, code, offset);
	const first = {information, unit, abbreviation, at: cursor.at};
	const bases = readBases(first);
	const split = attributeOf(first, DW_AT.dwo_name) ?? attributeOf(first, DW_AT.GNU_dwo_name);
	if (split !== undefined) visitSplit(split);
	skipAttributes(cursor, abbreviation, unit);
	if (!abbreviation.children) return;
	/** What the entries of each depth stand in. */
	const parents: (Die | null)[] = [null];
	while (parents.length > 0 && cursor.at < unit.end) {
		const offset = cursor.at;
		const code = cursor.uleb();
		if (code === 0) {
			parents.pop();
			continue;
		}
		const abbreviation = lookUp(table, code, offset);
		const {tag, children} = abbreviation;
		let parent = parents.at(-1) ?? null;
		if (tag === DW_TAG.subprogram || tag === DW_TAG.inlined_subroutine) {
			const die: Die = {information, unit, bases, offset, tag, parent, abbreviation, at: cursor.at};
			visit(die);
			parent = die;
		}
		skipAttributes(cursor, abbreviation, unit);
		if (children) parents.push(parent);
	}
}

function lookUp(table: Abbreviations, code: number, offset: number): Abbreviation {
	const abbreviation = table.get(code);
	if (abbreviation !== undefined) return abbreviation;
	throw new ElfError(`An entry of debug information has the abbreviation ${code}, which its table has not`, offset);
}

function skipAttributes(cursor: Cursor, {size, attributes}: Abbreviation, unit: Unit): void {
	if (size !== null) cursor.skip(size);
	else for (const attribute of attributes) skipAttribute(cursor, attribute, unit);
}

function skipAttribute(cursor: Cursor, {form, size}: AttributeForm, unit: Unit): void {
	if (size !== null) cursor.skip(size);
	else skipVarying(cursor, form, unit);
}

/** Without the attribute, tables of version 5 are used from behind their header on. */
function readBases(first: AttributeSource): Bases {
	const offsetOf = (name: number) => {
		const value = attributeOf(first, name);
		return value?.kind === 'offset' ? value.offset : value?.kind === 'number' ? value.number : undefined;
	};
	const {information, unit} = first;
	const header = unit.version < 5 ? 0 : 2 * unit.offsetSize;
	const rangeHeader = unit.offsetSize === 8 ? 20 : 12;
	const bases = {
		stringOffsets: offsetOf(DW_AT.str_offsets_base) ?? header,
		addresses: offsetOf(DW_AT.addr_base) ?? offsetOf(DW_AT.GNU_addr_base) ?? header,
		rangeLists: offsetOf(DW_AT.rnglists_base) ?? rangeHeader,
	};
	const low = attributeOf(first, DW_AT.low_pc);
	return {...bases, low: low === undefined ? 0 : (addressOf(low, information, unit, bases) ?? 0)};
}
