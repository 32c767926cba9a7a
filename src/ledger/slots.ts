/** This file reads the list of symbols (native/hooks.def) out of the native part, so that it stands in one place. */

import {layout} from './layout.js';
import type {Ledger} from './ledger.js';
import {type Row, together} from './row.js';
import {tables} from './tables.js';

export interface Slot {
	readonly slot: number;
	readonly symbol: string;
	/** `libc-memory`, as reports spell it. */
	readonly family: string;
}

const canary = 'pyinterpose_canary_';

/** The overrides, without the canaries, in the order of their slots. */
export function overrides(): readonly Slot[] {
	return split().overrides;
}

/** The canaries: one per family, in the order of the handshake's bits. */
export function canaries(): readonly Slot[] {
	return split().canaries;
}

/** Of overrides and canaries, the slots that are counted under one of these names, in order. */
export function slotsNamed(names: readonly string[]): readonly number[] {
	bySymbol ??= slotsBySymbol();
	const slots = names.flatMap(name => bySymbol?.get(name) ?? []);
	return slots.length < 2 ? slots : slots.sort((a, b) => a - b);
}

let bySymbol: ReadonlyMap<string, readonly number[]> | undefined;

function slotsBySymbol(): ReadonlyMap<string, readonly number[]> {
	const slots = new Map<string, number[]>();
	for (const {symbol, slot} of [...overrides(), ...canaries()]) slots.set(symbol, [...(slots.get(symbol) ?? []), slot]);
	return slots;
}

/** From a slot's row of the main thread to its row that the other threads share (native/count.h). */
export function slotCount(): number {
	return rows().length;
}

/** The rows of a ledger of the curated overrides. */
export function ledgerRows(): number {
	return layout().COUNT_ROWS_A_SLOT * rows().length;
}

/** What all threads counted in one phase, by slot. Errors: RangeError for a slot or a phase that the ledger does not have. */
export function countedIn(ledger: Ledger, phase: number): (slot: number) => Row {
	const toShared = slotCount();
	const rows = ledger.phase(phase);
	return slot => {
		const [main, shared] = [rows[slot], rows[slot + toShared]];
		if (main === undefined || shared === undefined) throw new RangeError(`The ledger has no slot ${slot}.`);
		return together(main, shared);
	};
}

let read: {readonly overrides: readonly Slot[]; readonly canaries: readonly Slot[]} | undefined;

function split(): NonNullable<typeof read> {
	read ??= {
		overrides: rows().filter(({symbol}) => !symbol.startsWith(canary)),
		canaries: rows().filter(({symbol}) => symbol.startsWith(canary)),
	};
	return read;
}

let listed: readonly Slot[] | undefined;

function rows(): readonly Slot[] {
	listed ??= tables().rows.map(({symbol, family}, slot) => ({slot, symbol, family: family.replaceAll('_', '-')}));
	return listed;
}
