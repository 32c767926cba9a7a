/** This file writes the tables of a generated shim that only its runtime reads. */

import type {ShimFunction} from './function.js';
import {Output} from './output.js';

/** What only the runtime reads: native/sweep/runtime.h says what each is. */
export interface RuntimeTables {
	readonly bytes: Buffer;
	readonly namesAt: number;
	readonly interpreterNamesAt: number;
	readonly stringsAt: number;
}

export function tablesOf(slots: readonly ShimFunction[]): RuntimeTables {
	const namesAt = 2 * 4;
	const interpreterNamesAt = namesAt + 4 * slots.length;
	const stringsAt = interpreterNamesAt + Math.ceil(slots.length / 8);
	const texts = slots.map(({name, version, hidden}) => `${name}\0${hidden ? version : ''}\0`);
	const strings = Buffer.from(texts.join(''));
	const own = slots.filter(({ofLibc}) => ofLibc !== true).length - 1;
	const out = new Output(stringsAt + strings.length).word(slots.length, own);
	let at = 0;
	for (const text of texts) {
		out.word(at);
		at += Buffer.byteLength(text);
	}
	const bits = Buffer.alloc(stringsAt - interpreterNamesAt);
	slots.forEach(({named}, slot) => {
		if (named) bits[slot >> 3] = (bits[slot >> 3] ?? 0) | (1 << (slot & 7));
	});
	out.put(bits).put(strings);
	return {bytes: out.bytes, namesAt, interpreterNamesAt, stringsAt};
}
