/** This file makes and reads the file in which a process tells of itself what no count can (native/told.h). */

import {basename} from 'node:path';
import {layout} from '../ledger/layout.js';
import {createPage, readPage} from '../ledger/page.js';
import {type Caller, callers} from '../model/claim.js';
import type {FirstDefinition} from '../model/evidence.js';

/** What the process that was counted tells, by slot of its ledger. */
export interface Told {
	/** Where it is not our override that stands first. */
	readonly first: ReadonlyMap<number, FirstDefinition>;
	/** Objects that entered a function past its override, each once. */
	readonly entered: ReadonlyMap<number, readonly ForeignEntry[]>;
	/** Objects that were loaded at some time, the interpreter aside. The main program has no path. */
	readonly loaded: readonly {readonly caller: Caller; readonly path: string}[];
	/** Whether there was room for all of it. */
	readonly complete: boolean;
}

export interface ForeignEntry {
	readonly caller: Caller;
	/** Whether the object has the function from a relocation that names it: its own scope has led it past the override. */
	readonly byName: boolean;
	/** The object's path, as the loader has it. */
	readonly object: string;
}

export function createTold(path: string): void {
	const {TOLD_MAGIC, TOLD_VERSION, TOLD_MOST, TOLD_HEADER, TOLD_RECORD} = layout();
	const head = Buffer.alloc(TOLD_HEADER);
	head.writeBigUInt64LE(TOLD_MAGIC, 0);
	head.writeUInt32LE(TOLD_VERSION, 8);
	head.writeUInt32LE(TOLD_MOST, 12);
	createPage(path, head, TOLD_HEADER + TOLD_MOST * TOLD_RECORD);
}

export function readTold(path: string): Told {
	const numbers = layout();
	const {bytes, count} = readRecords(path);
	const first = new Map<number, FirstDefinition>();
	const entered = new Map<number, ForeignEntry[]>();
	const loaded: {readonly caller: Caller; readonly path: string}[] = [];
	for (let index = 0; index < Math.min(count, numbers.TOLD_MOST); index++) {
		const at = numbers.TOLD_HEADER + index * numbers.TOLD_RECORD;
		const kind = bytes.readUInt32LE(at);
		const slot = bytes.readUInt32LE(at + numbers.TOLD_SLOT_AT);
		const caller = callers[bytes.readInt32LE(at + numbers.TOLD_CALLER_AT)];
		const nameAt = at + numbers.TOLD_OBJECT_AT;
		const name = bytes.subarray(nameAt, at + numbers.TOLD_RECORD);
		const object = name.toString('utf8', 0, name.includes(0) ? name.indexOf(0) : name.length);
		if (kind === numbers.TOLD_KIND_DEFINES) first.set(slot, definition(object));
		else if (kind === numbers.TOLD_KIND_LOADED) {
			if (caller !== undefined && caller !== 'interpreter') loaded.push({caller, path: object});
		} else if (kind !== 0 && caller !== undefined) {
			const one = {caller, byName: kind === numbers.TOLD_KIND_BY_NAME, object};
			entered.set(slot, [...(entered.get(slot) ?? []), one]);
		}
	}
	return {first, entered, loaded, complete: count <= numbers.TOLD_MOST};
}

/** Most of the file is room that nothing was written to. */
function readRecords(path: string): {readonly bytes: Buffer; readonly count: number} {
	const {TOLD_HEADER, TOLD_RECORD, TOLD_RECORDS_AT, TOLD_MOST, TOLD_MAGIC: magic, TOLD_VERSION: version} = layout();
	const form = {size: TOLD_HEADER + TOLD_MOST * TOLD_RECORD, magic, version};
	const bytes = readPage(path, form, head => TOLD_HEADER + head.readUInt32LE(TOLD_RECORDS_AT) * TOLD_RECORD);
	return {bytes, count: bytes.readUInt32LE(TOLD_RECORDS_AT)};
}

/** The loader has no name for the main program. */
function definition(object: string): FirstDefinition {
	return object === '' ? {kind: 'executable'} : {kind: 'other', soname: basename(object)};
}
