/** This file prepares the entry counters for the overrides of the list, on one interpreter. */

import {overrides, slotCount} from '../ledger/slots.js';
import type {SymbolReferences} from '../model/binding.js';
import type {Finding} from '../model/report.js';
import type {Environment} from '../process/temporary.js';
import {prepareEntries} from './prepare-entries.js';

export interface CuratedEntries {
	/** What entries.so takes. */
	readonly env: Readonly<Record<string, string>>;
	/** Those whose bypassed calls can be told. */
	readonly symbols: ReadonlySet<string>;
	readonly findings: readonly Finding[];
}

/** `folder` is a temporary one, for the copy of the counters that the target reads. */
export async function curatedEntries(
	interpreter: string,
	exported: ReadonlySet<string>,
	references: ReadonlyMap<string, SymbolReferences>,
	env: Environment,
	folder: string,
): Promise<CuratedEntries> {
	const wanted = overrides().filter(({symbol}) => exported.has(symbol));
	const folded = new Set(wanted.map(({symbol}) => symbol).filter(symbol => (references.get(symbol)?.folded ?? 0) > 0));
	const {blob, patched, left, shared} = await prepareEntries({
		elfPath: interpreter,
		functions: wanted,
		toSharedRow: slotCount(),
		folded,
		env,
		folder,
	});
	// An entry that two overrides share counts the calls of both.
	const ambiguous = new Set(Object.values(shared));
	const own = ({symbol, slot}: {symbol: string; slot: number}) =>
		patched.includes(symbol) && !Object.hasOwn(shared, symbol) && !ambiguous.has(slot);
	return {
		env: {PYINTERPOSE_ENTRIES: blob},
		symbols: new Set(wanted.filter(own).map(({symbol}) => symbol)),
		findings: left.map(({symbol, reason}) => ({
			kind: 'entry-not-counted',
			message: `Calls that enter ${symbol} without an override cannot be counted: ${reason}.`,
		})),
	};
}
