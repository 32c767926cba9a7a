/** This file turns the rows of a sweep's ledger into its report. */

import type {Row} from '../../ledger/ledger.js';
import type {SymbolReferences} from '../../model/binding.js';
import {callers} from '../../model/claim.js';
import type {SweepReport, SweptCaller, SweptSymbol} from '../../model/report.js';

export interface Swept {
	/** In the order of their slots. */
	readonly symbols: readonly string[];
	/** The row of each slot. */
	readonly rows: readonly Row[];
	/** The symbols whose entries were counted; null where none was. */
	readonly entries: ReadonlySet<string> | null;
	readonly references: ReadonlyMap<string, SymbolReferences>;
}

export function sweepReport(swept: Swept): SweepReport {
	const symbols = swept.symbols
		.map((symbol, slot) => sweptSymbol(symbol, swept.rows[slot], swept))
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

function sweptSymbol(symbol: string, row: Row | undefined, {entries, references}: Swept): SweptSymbol {
	const counted = entries?.has(symbol) === true;
	const {calls, addresses} = references.get(symbol) ?? {calls: none, addresses: none};
	return {
		symbol,
		callers: callers
			.map(
				(caller, column): SweptCaller => ({
					caller,
					honored: row?.honored[column] ?? 0,
					bypassed: counted ? (row?.bypassed[column] ?? 0) : null,
				}),
			)
			.filter(({honored, bypassed}) => honored > 0 || (bypassed ?? 0) > 0),
		references: {
			preemptible: calls.preemptible + addresses.preemptible,
			bound: calls.bound + addresses.bound,
		},
	};
}

const none = {preemptible: 0, bound: 0} as const;

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
