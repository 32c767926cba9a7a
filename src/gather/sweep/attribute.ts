/** This file turns the rows of a sweep's ledger into its report: what was counted, under the caller that made the call. */

import type {Row} from '../../ledger/ledger.js';
import type {Reach, SymbolReferences} from '../../model/binding.js';
import {callers} from '../../model/claim.js';
import type {SweepReport, SweptCaller, SweptSymbol} from '../../model/report.js';

export interface Swept {
	/** In the order of their slots. */
	readonly symbols: readonly string[];
	/** By slot. */
	readonly rows: readonly Row[];
	/** By slot and apparent caller: honored calls that `rows` has under another caller, for they are tail calls of that one. */
	readonly reattributed: readonly (readonly number[])[];
	/** The symbols whose entries were counted; null where none was. */
	readonly entries: ReadonlySet<string> | null;
	readonly references: ReadonlyMap<string, SymbolReferences>;
	/** Whether the interpreter is the executable: then whoever names a function of it gets that and no override. */
	readonly executable: boolean;
}

export function sweepReport(swept: Swept): SweepReport {
	const symbols = swept.symbols
		.map((symbol, slot) => sweptSymbol(symbol, slot, swept))
		.filter(({callers}) => callers.length > 0);
	const all = symbols.flatMap(({callers}) => callers);
	return {
		functions: swept.symbols.length,
		called: symbols.length,
		calls: {
			honored: sum(all.map(({honored}) => honored)),
			bypassed: swept.entries === null ? null : sum(all.map(({bypassed}) => bypassed ?? 0)),
		},
		symbols,
	};
}

const interpreter = callers.indexOf('interpreter');

function sweptSymbol(symbol: string, slot: number, swept: Swept): SweptSymbol {
	const {rows, reattributed, references} = swept;
	const {calls, addresses, recursive, folded} = references.get(symbol) ?? unreferenced;
	const honored = rows[slot]?.honored ?? [];
	const counted = swept.entries?.has(symbol) === true ? (rows[slot]?.bypassed ?? []) : null;
	const bypassed = counted === null ? null : byActualCaller(counted, addresses, swept.executable);
	return {
		symbol,
		callers: callers
			.map(
				(caller, column): SweptCaller => ({
					caller,
					honored: honored[column] ?? 0,
					bypassed: bypassed === null ? null : (bypassed[column] ?? 0),
				}),
			)
			.filter(({honored, bypassed}) => honored > 0 || (bypassed ?? 0) > 0),
		references: {
			preemptible: calls.preemptible + addresses.preemptible,
			bound: calls.bound + addresses.bound + recursive + folded,
		},
		tailCalls:
			sum(reattributed[slot] ?? []) +
			(counted === null || bypassed === null ? 0 : (bypassed[interpreter] ?? 0) - (counted[interpreter] ?? 0)),
	};
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
const unreferenced = {calls: none, addresses: none, recursive: 0, folded: 0} as const;

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
