/** This file reads the first entry of each DWARF unit, versions 2 to 5, for the name of its producer. */

import {Bytes, type Format} from '../../elf/bytes.js';
import {Cursor} from './cursor.js';
import {readValue, type Value} from './forms.js';
import {readUnit, type Unit} from './unit.js';

export interface DebugSections {
	readonly information: Uint8Array;
	readonly abbreviations: Uint8Array;
	readonly strings: Uint8Array | null;
	readonly lineStrings: Uint8Array | null;
	readonly stringOffsets: Uint8Array | null;
}

const attributes = {producer: 0x25, stringOffsetsBase: 0x72} as const;

/** Errors: ElfError where a unit lies outside its section or is of a form not known. */
export function producers(format: Format, sections: DebugSections): Set<string> {
	const found = new Set<string>();
	const information = new Bytes(sections.information, format);
	const abbreviations = new Bytes(sections.abbreviations, format);
	for (let at = 0; at + 4 <= information.length; ) {
		const cursor = new Cursor(information, at);
		const unit = readUnit(cursor);
		at = unit.end;
		if (!unit.compiles) continue;
		const producer = producerOf(cursor, unit, abbreviations, sections);
		if (producer !== null) found.add(producer);
	}
	return found;
}

function producerOf(cursor: Cursor, unit: Unit, abbreviations: Bytes, sections: DebugSections): string | null {
	let producer: Value | null = null;
	let stringOffsetsBase = 2 * unit.offsetSize;
	for (const {name, form} of formsOf(abbreviations, unit.abbreviations, cursor.uleb())) {
		const value = readValue(cursor, form, unit);
		if (name === attributes.producer) producer = value;
		if (name === attributes.stringOffsetsBase && value.kind === 'offset') stringOffsetsBase = value.offset;
	}
	return producer === null ? null : textOf(producer, unit, stringOffsetsBase, cursor.bytes.format, sections);
}

interface AttributeForm {
	readonly name: number;
	readonly form: number;
}

const implicitConstant = 0x21;

/** The attributes of the abbreviation with that code; none where the table has no such code. */
function formsOf(abbreviations: Bytes, offset: number, wanted: number): AttributeForm[] {
	const cursor = new Cursor(abbreviations, offset);
	for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
		cursor.uleb();
		cursor.skip(1);
		const forms = readForms(cursor);
		if (code === wanted) return forms;
	}
	return [];
}

function readForms(cursor: Cursor): AttributeForm[] {
	const forms: AttributeForm[] = [];
	for (;;) {
		const name = cursor.uleb();
		const form = cursor.uleb();
		if (form === implicitConstant) cursor.uleb();
		if (name === 0 && form === 0) return forms;
		forms.push({name, form});
	}
}

function textOf(
	value: Value,
	{offsetSize}: Unit,
	base: number,
	format: Format,
	sections: DebugSections,
): string | null {
	const at = (section: Uint8Array | null, offset: number) =>
		section === null ? null : new Cursor(new Bytes(section, format), offset).string();
	switch (value.kind) {
		case 'text':
			return value.text;
		case 'string':
			return at(sections.strings, value.offset);
		case 'line-string':
			return at(sections.lineStrings, value.offset);
		case 'string-index': {
			if (sections.stringOffsets === null) return null;
			const offsets = new Cursor(new Bytes(sections.stringOffsets, format), base + value.index * offsetSize);
			return at(sections.strings, offsets.unsigned(offsetSize));
		}
		case 'offset':
		case 'other':
			return null;
	}
}
