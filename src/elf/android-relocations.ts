/**
 * This file unpacks Android's packed relocations (DT_ANDROID_REL, DT_ANDROID_RELA; lld's --pack-dyn-relocs=android): groups of
 * relocations that share what they have in common, all of it numbers in LEB128 with a sign.
 */

import {ElfError} from '../errors.js';
import type {Bytes} from './bytes.js';

export interface PackedRelocation {
	readonly address: number;
	/** As r_info has it. */
	readonly information: number;
	readonly addend: number;
}

/** Errors: ElfError where the table is none, ends early, or stands for more relocations than the file has words. */
export function* unpackRelocations(bytes: Bytes, offset: number, size: number): Generator<PackedRelocation> {
	const table = bytes.slice(offset, size, 'packed relocations');
	if (!magic.every((byte, index) => table[index] === byte))
		throw new ElfError('The packed relocations are no APS2', offset);
	const next = reader(table, offset);
	const count = next();
	let address = next();
	if (count < 0 || count > bytes.length / (bytes.format.is64 ? 8 : 4)) {
		throw new ElfError(`The packed relocations are said to be ${count}, more than the file has words`, offset);
	}
	let [information, addend] = [0, 0];
	for (let read = 0; read < count; ) {
		const [members, flags] = [next(), next()];
		if (members <= 0 || members > count - read)
			throw new ElfError('A group of packed relocations is too large', offset);
		const [sharesInformation, sharesDistance, sharesAddend, hasAddend] = [1, 2, 4, 8].map(bit => (flags & bit) !== 0);
		const distance = sharesDistance ? next() : 0;
		if (sharesInformation) information = next();
		if (!hasAddend) addend = 0;
		else if (sharesAddend) addend += next();
		for (let member = 0; member < members; member += 1) {
			address += sharesDistance ? distance : next();
			if (!sharesInformation) information = next();
			if (hasAddend && !sharesAddend) addend += next();
			yield {address, information, addend};
		}
		read += members;
	}
}

const magic: readonly number[] = [0x41, 0x50, 0x53, 0x32];

function reader(table: Uint8Array, offset: number): () => number {
	let at = magic.length;
	return () => {
		let [value, weight] = [0, 1];
		for (;;) {
			const byte = table[at];
			if (byte === undefined) throw new ElfError('The packed relocations end early', offset + at);
			at += 1;
			value += (byte & 0x7f) * weight;
			weight *= 128;
			if ((byte & 0x80) !== 0) continue;
			return (byte & 0x40) === 0 ? value : value - weight;
		}
	};
}
