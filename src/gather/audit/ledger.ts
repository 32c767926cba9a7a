/** This file makes and reads the ledger of an audit; its layout is native/audit/ledger.h. */

import {closeSync, ftruncateSync, openSync, readFileSync, writeSync} from 'node:fs';

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
	readonly returnAddress: number;
	readonly slot: number;
	readonly calls: number;
	readonly forwards: number;
}

const magic = 0x7469647561797069n;
const version = 1;
const [headSize, objectSize, objectCount, siteSize, siteCount, slotBits] = [64, 504, 512, 32, 1 << 17, 13];
const pathOffset = 56;

/** Sparse: only what is counted takes room. */
export function createAuditLedger(path: string): void {
	const file = openSync(path, 'wx', 0o600);
	try {
		ftruncateSync(file, headSize + objectCount * objectSize + siteCount * siteSize);
		const head = Buffer.alloc(12);
		head.writeBigUInt64LE(magic, 0);
		head.writeUInt32LE(version, 8);
		writeSync(file, head, 0, head.length, 0);
	} finally {
		closeSync(file);
	}
}

export function readAuditLedger(path: string): AuditLedger {
	const all = readFileSync(path);
	const used = Math.min(all.readUInt32LE(12), objectCount);
	return {
		others: all.readUInt32LE(20),
		lost: Number(all.readBigUInt64LE(24)),
		ready: all.readUInt32LE(32) === 1,
		objects: Array.from({length: used}, (_, index) => readObject(all, headSize + index * objectSize)),
		sites: [...readSites(all)],
	};
}

function readObject(all: Buffer, at: number): LedgerObject {
	const word = (index: number) => Number(all.readBigUInt64LE(at + index * 8));
	const path = all.subarray(at + pathOffset, at + objectSize);
	const end = path.indexOf(0);
	const outcome = all.readUInt32LE(at + 44);
	return {
		base: word(0),
		low: word(1),
		high: word(2),
		stubs: {low: word(3), high: word(3) + word(4)},
		startup: all.readUInt32LE(at + 40) === 1,
		outcome: outcome === 0 ? null : outcome - 1,
		closed: all.readUInt32LE(at + 48) === 1,
		path: path.toString('utf8', 0, end < 0 ? path.length : end),
	};
}

function* readSites(all: Buffer): Generator<LedgerSite> {
	const begin = headSize + objectCount * objectSize;
	for (let at = begin; at < begin + siteCount * siteSize; at += siteSize) {
		const key = all.readBigUInt64LE(at);
		if (key === 0n) continue;
		yield {
			returnAddress: Number(key >> BigInt(slotBits)),
			slot: Number(key & ((1n << BigInt(slotBits)) - 1n)) - 1,
			calls: Number(all.readBigUInt64LE(at + 8)),
			forwards: Number(all.readBigUInt64LE(at + 16)),
		};
	}
}
