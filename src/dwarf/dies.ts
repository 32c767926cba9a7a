/** This file walks through the entries (DIEs) of debug information, and stops at those of functions and of their inlined copies. */

import type {Bytes} from '../elf/bytes.js';
import {ElfError} from '../errors.js';
import type {Abbreviation, Abbreviations, AttributeForm} from './abbreviations.js';
import {DW_AT, DW_FORM, DW_LANG, DW_TAG} from './abi.js';
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
	/** What whoever collects entries makes of it: a look-up by the entry would take longer. */
	made: object | null;
}

type Scope = Pick<Die, 'information' | 'unit' | 'bases'>;

/** There are tens of thousands: each holds as little as can be. */
class Entry implements Die {
	made: object | null = null;

	constructor(
		private readonly scope: Scope,
		readonly offset: number,
		readonly parent: Die | null,
		readonly abbreviation: Abbreviation,
		readonly at: number,
	) {}

	get information() {
		return this.scope.information;
	}

	get unit() {
		return this.scope.unit;
	}

	get bases() {
		return this.scope.bases;
	}

	get tag() {
		return this.abbreviation.tag;
	}
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
	const found = formOf(abbreviation, wanted);
	if (found === undefined) return undefined;
	// The form of nearly all references.
	if (found.form === DW_FORM.ref4 && found.offset !== null) {
		return {kind: 'reference', offset: unit.start + information.information.u32(at + found.offset)};
	}
	const cursor = new Cursor(information.information, at + (found.offset ?? 0));
	if (found.offset === null) {
		for (const attribute of abbreviation.attributes) {
			if (attribute === found) break;
			skipAttribute(cursor, attribute, unit);
		}
	}
	return readValue(cursor, found.form, unit, found.constant);
}

/** Whether the entry has an attribute of that name, whatever its value. */
export function hasAttribute({abbreviation}: AttributeSource, wanted: number): boolean {
	return formOf(abbreviation, wanted) !== undefined;
}

function formOf({attributes}: Abbreviation, wanted: number): AttributeForm | undefined {
	for (let index = 0; index < attributes.length; index += 1) {
		const attribute = attributes[index] as AttributeForm;
		if (attribute.name === wanted) return attribute;
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
	const language = attributeOf(first, DW_AT.language);
	const passed = language?.kind === 'number' && versionsOfC.has(language.number) ? passedInC : passedEverywhere;
	const scope = {information, unit, bases};
	/** What the entries of each depth stand in. */
	const parents: (Die | null)[] = [null];
	let parent: Die | null = null;
	const bytes = information.information;
	const {all, length} = bytes;
	let {at} = cursor;
	while (at < unit.end) {
		const offset = at;
		// One byte is enough for nearly all.
		let code = all[at] as number;
		if (code < 0x80) at += 1;
		else {
			cursor.at = at;
			code = cursor.uleb();
			at = cursor.at;
		}
		if (code === 0) {
			parents.pop();
			if (parents.length === 0) return;
			parent = parents[parents.length - 1] as Die | null;
			continue;
		}
		const abbreviation = lookUp(table, code, offset);
		const {size} = abbreviation;
		if (abbreviation.isPlain && at + (size as number) <= length) {
			at += size as number;
			continue;
		}
		const {tag, children} = abbreviation;
		let within = parent;
		if (tag === DW_TAG.subprogram || tag === DW_TAG.inlined_subroutine) {
			within = new Entry(scope, offset, parent, abbreviation, at);
			visit(within);
		} else if (children && passed.has(tag)) {
			const next = siblingOf(bytes, unit, abbreviation, at);
			if (next !== null) {
				at = next;
				continue;
			}
		}
		if (size !== null && at + size <= length) at += size;
		else {
			cursor.at = at;
			skipAttributes(cursor, abbreviation, unit);
			at = cursor.at;
		}
		if (!children) continue;
		parent = within;
		parents.push(parent);
	}
}

/** Entries in which no function stands, in any language; of C, in which no function is part of a type, many more. */
const passedEverywhere: ReadonlySet<number> = new Set([
	DW_TAG.array_type,
	DW_TAG.enumeration_type,
	DW_TAG.subroutine_type,
	DW_TAG.call_site,
	DW_TAG.GNU_call_site,
]);
const passedInC: ReadonlySet<number> = new Set([...passedEverywhere, DW_TAG.structure_type, DW_TAG.union_type]);
const versionsOfC: ReadonlySet<number> = new Set(Object.values(DW_LANG));

/** Where what stands in an entry ends; null where that is not told, or not in the usual form. `at`: where its attributes begin. */
function siblingOf(bytes: Bytes, unit: Unit, abbreviation: Abbreviation, at: number): number | null {
	const {size} = abbreviation;
	const attribute = formOf(abbreviation, DW_AT.sibling);
	if (attribute?.form !== DW_FORM.ref4 || attribute.offset === null || size === null || at + size > unit.end)
		return null;
	const next = unit.start + bytes.u32(at + attribute.offset);
	return next >= at + size && next <= unit.end ? next : null;
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
