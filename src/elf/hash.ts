/** This file finds how many dynamic symbols there are: DT_SYMTAB has no size, but DT_HASH and DT_GNU_HASH cover them. */

import {DT_GNU_HASH, DT_HASH} from './abi.js';
import type {Bytes} from './bytes.js';
import type {Dynamic} from './dynamic.js';
import {offsetOf, type Segment} from './segments.js';

/** The number that the hash tables vouch for; relocations may name symbols beyond it. */
export function countHashed(bytes: Bytes, segments: readonly Segment[], dynamic: Dynamic): number {
	return Math.max(countGnu(bytes, segments, dynamic), countSystemV(bytes, segments, dynamic));
}

function countSystemV(bytes: Bytes, segments: readonly Segment[], {values}: Dynamic): number {
	const address = values.get(DT_HASH);
	if (address === undefined) return 0;
	return bytes.u32(offsetOf(segments, address, 8, 'hash table') + 4);
}

/** Symbols stand in the order of their buckets; bit 0 of a chain's word marks its end, so the highest bucket's chain ends with the last symbol. */
function countGnu(bytes: Bytes, segments: readonly Segment[], {values}: Dynamic): number {
	const address = values.get(DT_GNU_HASH);
	if (address === undefined) return 0;
	const offset = offsetOf(segments, address, 16, 'GNU hash table');
	const [buckets, first, bloom] = [bytes.u32(offset), bytes.u32(offset + 4), bytes.u32(offset + 8)];
	const bucketsAt = offset + 16 + bloom * (bytes.format.is64 ? 8 : 4);
	bytes.need(bucketsAt, buckets * 4, 'GNU hash table');
	let last = 0;
	for (let index = 0; index < buckets; index += 1) last = Math.max(last, bytes.u32(bucketsAt + index * 4));
	if (last < first) return first;
	const chains = bucketsAt + buckets * 4;
	while ((bytes.u32(chains + (last - first) * 4) & 1) === 0) last += 1;
	return last + 1;
}
