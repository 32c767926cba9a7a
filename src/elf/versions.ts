/** This file reads symbol versions: which one each dynamic symbol carries. */

import {ElfError} from '../errors.js';
import {
	DT_VERDEF,
	DT_VERDEFNUM,
	DT_VERNEED,
	DT_VERNEEDNUM,
	DT_VERSYM,
	VER_FLG_BASE,
	VERSYM_HIDDEN,
	VERSYM_VERSION,
} from './abi.js';
import type {Bytes} from './bytes.js';
import type {Dynamic} from './dynamic.js';
import {offsetOf, type Segment} from './segments.js';

export interface Version {
	readonly name: string;
	/** `name@VERSION` rather than `name@@VERSION`: new links do not get it. */
	readonly hidden: boolean;
}

/** The version of the dynamic symbol of that index; null for an unversioned one. */
export type VersionOf = (symbol: number) => Version | null;

export function readVersions(bytes: Bytes, segments: readonly Segment[], dynamic: Dynamic, symbols: number): VersionOf {
	const address = dynamic.values.get(DT_VERSYM);
	if (address === undefined) return () => null;
	const offset = offsetOf(segments, address, symbols * 2, 'version table');
	const names = new Map([...readDefined(bytes, segments, dynamic), ...readNeeded(bytes, segments, dynamic)]);
	return symbol => {
		const entry = bytes.u16(offset + symbol * 2);
		const name = names.get(entry & VERSYM_VERSION);
		return name === undefined ? null : {name, hidden: (entry & VERSYM_HIDDEN) !== 0};
	};
}

type Names = (readonly [number, string])[];

function readDefined(bytes: Bytes, segments: readonly Segment[], {values, string}: Dynamic): Names {
	const names: Names = [];
	walk(bytes, segments, values.get(DT_VERDEF), values.get(DT_VERDEFNUM), 20, 16, at => {
		const index = bytes.u16(at + 4) & VERSYM_VERSION;
		const name = string(bytes.u32(at + bytes.u32(at + 12)));
		// The base definition names the object itself; its index, VER_NDX_GLOBAL, marks a symbol as unversioned.
		if ((bytes.u16(at + 2) & VER_FLG_BASE) === 0) names.push([index, name]);
	});
	return names;
}

function readNeeded(bytes: Bytes, segments: readonly Segment[], {values, string}: Dynamic): Names {
	const names: Names = [];
	walk(bytes, segments, values.get(DT_VERNEED), values.get(DT_VERNEEDNUM), 16, 12, at => {
		let auxiliary = at + bytes.u32(at + 8);
		for (let left = bytes.u16(at + 2); left > 0; left -= 1) {
			if (names.length > 0xffff) throw new ElfError('There are more versions than indices', auxiliary);
			names.push([bytes.u16(auxiliary + 6) & VERSYM_VERSION, string(bytes.u32(auxiliary + 8))]);
			const next = bytes.u32(auxiliary + 12);
			if (next === 0) break;
			auxiliary += next;
		}
	});
	return names;
}

/** Visits the entries of a chain whose `next` field tells how many bytes on the following one is. */
function walk(
	bytes: Bytes,
	segments: readonly Segment[],
	address: number | undefined,
	count: number | undefined,
	size: number,
	nextField: number,
	visit: (at: number) => void,
): void {
	if (address === undefined) return;
	let at = offsetOf(segments, address, size, 'version chain');
	// Versions are numbered in fifteen bits, so a longer chain goes in circles.
	for (let left = Math.min(count ?? 0, 0x8000); left > 0; left -= 1) {
		visit(at);
		const next = bytes.u32(at + nextField);
		if (next === 0) return;
		at += next;
	}
}
