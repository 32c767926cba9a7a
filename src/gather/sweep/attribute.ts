/** This file turns the rows of a sweep's ledger into what ran: calls by function and by the caller that made them. */

import type {Row} from '../../ledger/ledger.js';
import type {Reach, SymbolReferences} from '../../model/binding.js';
import {type Caller, callers} from '../../model/claim.js';
import type {Workload} from '../../model/evidence.js';
import type {Counts} from '../../model/report.js';

export interface Swept {
	/** In the order of their slots. */
	readonly symbols: readonly string[];
	/** By slot. */
	readonly rows: readonly Row[];
	/** The symbols whose entries were counted; null where none was. */
	readonly entries: ReadonlySet<string> | null;
	readonly references: ReadonlyMap<string, SymbolReferences>;
	/** Whether the interpreter is the executable, which stands before every preloaded object in the lookup scope. */
	readonly executable: boolean;
}

export function workloadOf(swept: Swept): Workload {
	return {
		bySymbol: new Map(
			swept.symbols.map((symbol, slot) => [
				symbol,
				{entriesCounted: swept.entries?.has(symbol) === true, calls: callsOf(symbol, slot, swept)},
			]),
		),
	};
}

const interpreter = callers.indexOf('interpreter');

function callsOf(symbol: string, slot: number, swept: Swept): Partial<Record<Caller, Counts>> {
	const {rows, references} = swept;
	const honored = rows[slot]?.honored ?? [];
	const entries = swept.entries?.has(symbol) === true ? (rows[slot]?.bypassed ?? []) : null;
	const addresses = references.get(symbol)?.addresses ?? none;
	const bypassed = entries === null ? null : byActualCaller(entries, addresses, swept.executable);
	const calls = callers.map((caller, column): [Caller, Counts] => [
		caller,
		{honored: honored[column] ?? 0, bypassed: bypassed === null ? null : (bypassed[column] ?? 0)},
	]);
	return Object.fromEntries(calls.filter(([, counts]) => counts.honored > 0 || (counts.bypassed ?? 0) > 0));
}

/**
 * An object outside a shared interpreter can call past an override only by an address from a table of the interpreter's. Where the
 * interpreter keeps the function's address in none, such an entry is a tail call: the object called another function of the
 * interpreter, which jumped here and left the object's return address in place. The interpreter made that call.
 */
function byActualCaller(bypassed: readonly number[], addresses: Reach, executable: boolean): readonly number[] {
	if (executable || addresses.bound > 0) return bypassed;
	return bypassed.map((_, column) => (column === interpreter ? sum(bypassed) : 0));
}

const none = {preemptible: 0, bound: 0} as const;

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
