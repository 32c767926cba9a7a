/** This file makes and reads the file in which a swept process keeps its call sites (native/sweep/sites.h). */

import {layout} from '../../ledger/layout.js';
import {createPage, readPage} from '../../ledger/page.js';
import {type Caller, callers} from '../../model/claim.js';

/** How the call before a return address reaches the function, as far as its bytes tell. */
const siteForms = ['no-call', 'pointer', 'call', 'tail-call'] as const;
export type SiteForm = (typeof siteForms)[number];

export interface RawSite {
	readonly slot: number;
	/** Of the object's file; null where the site lies in no object. */
	readonly object: string | null;
	/** Where the call returns to: an address of the object's file, or of the process where there is no object. */
	readonly address: number;
	readonly calls: number;
	/** Null for a shim of ours. */
	readonly caller: Caller | null;
	readonly form: SiteForm;
}

export interface RawSites {
	readonly sites: readonly RawSite[];
	/** Calls from sites for which there was no place. */
	readonly missed: number;
}

export function createSites(path: string): void {
	const {SITES_MAGIC, SITES_VERSION, SITES, SITES_OBJECTS, SITES_HEADER, SITES_OBJECT, SITES_SITE} = layout();
	const head = Buffer.alloc(SITES_HEADER);
	head.writeBigUInt64LE(SITES_MAGIC, 0);
	head.writeUInt32LE(SITES_VERSION, 8);
	head.writeUInt32LE(SITES, 12);
	head.writeUInt32LE(SITES_OBJECTS, 16);
	createPage(path, head, SITES_HEADER + SITES_OBJECTS * SITES_OBJECT + SITES * SITES_SITE);
}

/** `executable` stands for the object that the loader has no name for. */
export function readSites(path: string, executable: string): RawSites {
	const numbers = layout();
	const {SITES_MAGIC: magic, SITES_VERSION: version} = numbers;
	const size = numbers.SITES_HEADER + numbers.SITES_OBJECTS * numbers.SITES_OBJECT + numbers.SITES * numbers.SITES_SITE;
	const bytes = readPage(path, {size, magic, version});
	const kept = Math.min(bytes.readUInt32LE(numbers.SITES_OBJECTS_AT), numbers.SITES_OBJECTS);
	const objects = Array.from({length: kept}, (_, index) => {
		const at = numbers.SITES_HEADER + index * numbers.SITES_OBJECT;
		const nameAt = at + numbers.SITES_OBJECT_PATH_AT;
		const room = bytes.subarray(nameAt, at + numbers.SITES_OBJECT);
		const name = room.toString('utf8', 0, room.includes(0) ? room.indexOf(0) : room.length);
		const [low, span, bias] = [0, 8, 16].map(field => Number(bytes.readBigUInt64LE(at + field)));
		return {low: low ?? 0, size: span ?? 0, bias: bias ?? 0, path: name === '' ? executable : name};
	});
	const sites: RawSite[] = [];
	const first = numbers.SITES_HEADER + numbers.SITES_OBJECTS * numbers.SITES_OBJECT;
	for (let at = first; at < bytes.length; at += numbers.SITES_SITE) {
		const key = bytes.readBigUInt64LE(at);
		const attribution = Number(bytes.readBigUInt64LE(at + numbers.SITES_SITE_ATTRIBUTION_AT));
		if (key === 0n || attribution === 0) continue;
		const address = Number(bytes.readBigUInt64LE(at + numbers.SITES_SITE_ORIGIN_AT));
		const object = objects.find(({low, size}) => address >= low && address - low < size);
		sites.push({
			slot: Number(key >> 48n),
			object: object?.path ?? null,
			address: address - (object?.bias ?? 0),
			calls: Number(bytes.readBigUInt64LE(at + numbers.SITES_SITE_CALLS_AT)),
			caller: callers[((attribution >> 8) & 0xff) - 2] ?? null,
			form: siteForms[(attribution >> 24) & 0xff] ?? 'pointer',
		});
	}
	return {sites, missed: Number(bytes.readBigUInt64LE(numbers.SITES_MISSED_AT))};
}
