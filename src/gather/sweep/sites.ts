/** This file makes and reads the file in which a swept process keeps its call sites (native/sweep/sites.h). */

import {readFileSync, writeFileSync} from 'node:fs';
import {type Caller, callers} from '../../model/claim.js';

/** How the call before a return address reaches the function, as far as its bytes tell. */
export const siteForms = ['no-call', 'pointer', 'call', 'tail-call'] as const;
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

const magic = 0x73657469737a6e65n;
const most = 1 << 16;
const mostObjects = 1024;
const objectsAt = 64;
const sitesAt = objectsAt + mostObjects * 256;
const size = sitesAt + most * 32;

export function createSites(path: string): void {
	const bytes = Buffer.alloc(size);
	bytes.writeBigUInt64LE(magic, 0);
	bytes.writeUInt32LE(1, 8);
	bytes.writeUInt32LE(most, 12);
	bytes.writeUInt32LE(mostObjects, 16);
	writeFileSync(path, bytes, {flag: 'wx', mode: 0o600});
}

/** `executable` stands for the object that the loader has no name for. */
export function readSites(path: string, executable: string): RawSites {
	const bytes = readFileSync(path);
	const objects = Array.from({length: Math.min(bytes.readUInt32LE(20), mostObjects)}, (_, index) => {
		const at = objectsAt + index * 256;
		const name = bytes.toString('utf8', at + 24, bytes.indexOf(0, at + 24));
		const [low, span, bias] = [0, 8, 16].map(field => Number(bytes.readBigUInt64LE(at + field)));
		return {low: low ?? 0, size: span ?? 0, bias: bias ?? 0, path: name === '' ? executable : name};
	});
	const sites: RawSite[] = [];
	for (let at = sitesAt; at < size; at += 32) {
		const key = bytes.readBigUInt64LE(at);
		const sight = Number(bytes.readBigUInt64LE(at + 16));
		if (key === 0n || sight === 0) continue;
		const address = Number(bytes.readBigUInt64LE(at + 24));
		const object = objects.find(({low, size}) => address >= low && address - low < size);
		sites.push({
			slot: Number(key >> 48n),
			object: object?.path ?? null,
			address: address - (object?.bias ?? 0),
			calls: Number(bytes.readBigUInt64LE(at + 8)),
			caller: callers[((sight >> 8) & 0xff) - 2] ?? null,
			form: siteForms[(sight >> 24) & 0xff] ?? 'pointer',
		});
	}
	return {sites, missed: Number(bytes.readBigUInt64LE(24))};
}
