/** This file reads the list of symbols (native/hooks.def) out of the native part, so that it stands in one place. */

import {reader} from './native.js';

export interface Slot {
	readonly slot: number;
	readonly symbol: string;
	/** `libc-memory`, as reports spell it. */
	readonly family: string;
}

const canary = 'pyinterpose_canary_';

/** The overrides, without the canaries, in the order of their slots. */
export function overrides(): readonly Slot[] {
	return rows().filter(({symbol}) => !symbol.startsWith(canary));
}

/** The canaries: one per family, in the order of the handshake's bits. */
export function canaries(): readonly Slot[] {
	return rows().filter(({symbol}) => symbol.startsWith(canary));
}

export function slotCount(): number {
	return rows().length;
}

let read: readonly Slot[] | undefined;

function rows(): readonly Slot[] {
	read ??= readRows();
	return read;
}

function readRows(): readonly Slot[] {
	const all: Slot[] = [];
	for (let slot = 0; ; slot++) {
		const symbol = reader().reader_symbol(slot);
		const family = reader().reader_family_of(slot);
		if (symbol === null || family === null) return all;
		all.push({slot, symbol, family: family.replaceAll('_', '-')});
	}
}
