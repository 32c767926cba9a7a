/** This file reads the tables that the native part carries (native/reader.c) out of its file: to load it would take longer. */

import {readFileSync} from 'node:fs';
import {readHeader} from '../elf/header.js';
import {readSections} from '../elf/sections.js';
import {SuiteError} from '../errors.js';
import {nativeFile} from '../native.js';

export interface Tables {
	/** Of native/layout.h, by name. */
	readonly numbers: ReadonlyMap<string, bigint>;
	/** Of native/hooks.def, in the order of their slots. */
	readonly rows: readonly {readonly symbol: string; readonly family: string}[];
	/** Why a process counts no entries, by number; the first stands for that it does. */
	readonly reasons: readonly string[];
}

let read: Tables | undefined;

/** Errors: SuiteError where the native part was not built, or is of another version. */
export function tables(): Tables {
	read ??= readTables();
	return read;
}

/** NAME_LENGTH, FAMILY_LENGTH, REASON_LENGTH. */
const lengths = {name: 56, family: 32, reason: 128} as const;
const numberLength = 8;

function readTables(): Tables {
	const path = nativeFile('reader.so');
	const {bytes, header} = readHeader(readFileSync(path));
	const sections = readSections(bytes, header);
	const rowsOf = (name: string, size: number) => {
		const section = sections.find(section => section.name === `.pyinterpose.${name}`);
		if (section === undefined) throw unusable(`${path} has no table of ${name}: it is of another version.`);
		const all = Buffer.from(bytes.slice(section.offset, section.size, name));
		return Array.from({length: all.length / size}, (_, index) => all.subarray(index * size, (index + 1) * size));
	};
	const {name, family, reason} = lengths;
	return {
		numbers: new Map(
			rowsOf('numbers', name + numberLength).map(row => [text(row, 0, name), row.readBigUInt64LE(name)]),
		),
		rows: rowsOf('rows', name + family).map(row => ({
			symbol: text(row, 0, name),
			family: text(row, name, name + family),
		})),
		reasons: rowsOf('reasons', reason).map(row => text(row, 0, reason)),
	};
}

function text(row: Buffer, from: number, to: number): string {
	const end = row.indexOf(0, from);
	return row.toString('utf8', from, end < 0 ? to : Math.min(end, to));
}

function unusable(message: string): SuiteError {
	return new SuiteError(message, {hint: "Run 'npx node-gyp rebuild' in the package's folder."});
}
