/** This file makes and reads the ledger of an audit; its layout is native/audit/ledger.h. */

import {closeSync, ftruncateSync, openSync, writeSync} from 'node:fs';
import {type Layout, layout} from '../../ledger/layout.js';
import {readPage} from '../../ledger/page.js';
import {real} from './object.js';

export interface AuditLedger {
	/** Whether a process of the program meant came to its beginning, and counted. */
	readonly ready: boolean;
	/** How many more processes ran the same program. */
	readonly others: number;
	/** Entries for which there was no room. */
	readonly lost: number;
	/** In the order of loading. */
	readonly objects: readonly LedgerObject[];
	readonly sites: readonly LedgerSite[];
}

export interface LedgerObject {
	/** Its real path; the loader's name for what has no file. */
	readonly path: string;
	readonly base: number;
	readonly low: number;
	readonly high: number;
	readonly stubs: {readonly low: number; readonly high: number};
	readonly startup: boolean;
	/** An index into `reasons`; null where nothing was to be counted. */
	readonly outcome: number | null;
	readonly closed: boolean;
}

export interface LedgerSite {
	/** A number of no address, a slot plus one, where that function has jumped here behind a library that had jumped to it. */
	readonly returnAddress: number;
	readonly slot: number;
	readonly calls: number;
	readonly forwards: number;
}

/** Sparse: only what is counted takes room. */
export function createAuditLedger(path: string): void {
	const numbers = layout();
	const file = openSync(path, 'wx', 0o600);
	try {
		ftruncateSync(file, sitesAt(numbers) + numbers.AUDIT_SITES * numbers.AUDIT_SITE);
		const head = Buffer.alloc(12);
		head.writeBigUInt64LE(numbers.AUDIT_MAGIC, 0);
		head.writeUInt32LE(numbers.AUDIT_VERSION, 8);
		writeSync(file, head, 0, head.length, 0);
	} finally {
		closeSync(file);
	}
}

function sitesAt({AUDIT_HEADER, AUDIT_OBJECTS, AUDIT_OBJECT}: Layout): number {
	return AUDIT_HEADER + AUDIT_OBJECTS * AUDIT_OBJECT;
}

export function readAuditLedger(path: string): AuditLedger {
	const numbers = layout();
	const {AUDIT_MAGIC: magic, AUDIT_VERSION: version} = numbers;
	const all = readPage(path, {size: sitesAt(numbers) + numbers.AUDIT_SITES * numbers.AUDIT_SITE, magic, version});
	const used = Math.min(all.readUInt32LE(numbers.AUDIT_OBJECTS_USED_AT), numbers.AUDIT_OBJECTS);
	const objectAt = (index: number) => numbers.AUDIT_HEADER + index * numbers.AUDIT_OBJECT;
	return {
		others: all.readUInt32LE(numbers.AUDIT_OTHERS_AT),
		lost: Number(all.readBigUInt64LE(numbers.AUDIT_LOST_AT)),
		ready: all.readUInt32LE(numbers.AUDIT_READY_AT) === 1,
		objects: Array.from({length: used}, (_, index) => readObject(all, objectAt(index), numbers)),
		sites: [...readSites(all, numbers)],
	};
}

/** Five addresses, then what the layout names. */
function readObject(all: Buffer, at: number, numbers: Layout): LedgerObject {
	const word = (index: number) => Number(all.readBigUInt64LE(at + index * 8));
	const path = all.subarray(at + numbers.AUDIT_OBJECT_PATH_AT, at + numbers.AUDIT_OBJECT);
	const end = path.indexOf(0);
	const outcome = all.readUInt32LE(at + numbers.AUDIT_OBJECT_OUTCOME_AT);
	return {
		base: word(0),
		low: word(1),
		high: word(2),
		stubs: {low: word(3), high: word(3) + word(4)},
		startup: all.readUInt32LE(at + numbers.AUDIT_OBJECT_STARTUP_AT) === 1,
		outcome: outcome === 0 ? null : outcome - 1,
		closed: all.readUInt32LE(at + numbers.AUDIT_OBJECT_CLOSED_AT) === 1,
		path: real(path.toString('utf8', 0, end < 0 ? path.length : end)),
	};
}

function* readSites(all: Buffer, numbers: Layout): Generator<LedgerSite> {
	const {AUDIT_SITES, AUDIT_SITE, AUDIT_SLOT_BITS} = numbers;
	const begin = sitesAt(numbers);
	const slots = (1n << BigInt(AUDIT_SLOT_BITS)) - 1n;
	for (let at = begin; at < begin + AUDIT_SITES * AUDIT_SITE; at += AUDIT_SITE) {
		const key = all.readBigUInt64LE(at);
		if (key === 0n) continue;
		yield {
			returnAddress: Number(key >> BigInt(AUDIT_SLOT_BITS)),
			slot: Number(key & slots) - 1,
			calls: Number(all.readBigUInt64LE(at + numbers.AUDIT_SITE_CALLS_AT)),
			forwards: Number(all.readBigUInt64LE(at + numbers.AUDIT_SITE_FORWARDS_AT)),
		};
	}
}
