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
	/** Of these, the honored calls that are tail calls. */
	readonly tailCalls: readonly Row[];
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
	const {rows, tailCalls, references} = swept;
	const {calls, addresses} = references.get(symbol) ?? {calls: none, addresses: none};
	const honored = rows[slot]?.honored ?? [];
	const counted = swept.entries?.has(symbol) === true ? (rows[slot]?.bypassed ?? []) : null;
	const bypassed = counted === null ? null : withoutTailCalls(counted, addresses, swept.executable);
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
			bound: calls.bound + addresses.bound,
		},
		tailCalls:
			sum(tailCalls[slot]?.honored ?? []) +
			(counted === null || bypassed === null ? 0 : (bypassed[interpreter] ?? 0) - (counted[interpreter] ?? 0)),
	};
}

/**
 * Who calls past an override from outside a shared interpreter has the function's own address from a table of the interpreter's. Where the
 * interpreter keeps it in none, the interpreter itself has jumped there, as the last thing that a call from outside made it do.
 */
function withoutTailCalls(bypassed: readonly number[], addresses: Reach, executable: boolean): readonly number[] {
	if (executable || addresses.bound > 0) return bypassed;
	return bypassed.map((_, column) => (column === interpreter ? sum(bypassed) : 0));
}

const none = {preemptible: 0, bound: 0} as const;

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
