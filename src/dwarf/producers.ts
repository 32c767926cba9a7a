/** This file reads the first entry of each DWARF unit, versions 2 to 5, for the name of its producer. */

import {DW_AT} from './abi.js';
import {Cursor} from './cursor.js';
import {type DebugInformation, textOf} from './debug-information.js';
import {readValue, type Value} from './forms.js';
import {readUnit, type Unit} from './unit.js';

/** Errors: ElfError where a unit lies outside its section or is of a form not known. */
export function producers(information: DebugInformation): Set<string> {
	const found = new Set<string>();
	const {information: bytes} = information;
	for (let at = 0; at + 4 <= bytes.length; ) {
		const cursor = new Cursor(bytes, at);
		const unit = readUnit(cursor);
		at = unit.end;
		if (!unit.compiles) continue;
		const producer = producerOf(cursor, unit, information);
		if (producer !== null) found.add(producer);
	}
	return found;
}

function producerOf(cursor: Cursor, unit: Unit, information: DebugInformation): string | null {
	let producer: Value | null = null;
	let stringOffsets = 2 * unit.offsetSize;
	const attributes = information.abbreviationsOf(unit).get(cursor.uleb())?.attributes ?? [];
	for (const {name, form, constant} of attributes) {
		const value = readValue(cursor, form, unit, constant);
		if (name === DW_AT.producer) producer = value;
		if (name === DW_AT.str_offsets_base && value.kind === 'offset') stringOffsets = value.offset;
	}
	return producer === null ? null : textOf(producer, information, unit, {stringOffsets});
}
