/** This file prepares the entry counters for the overrides of the list, on one interpreter. */

import {join} from 'node:path';
import {cacheHome} from '../cache/store.js';
import {overrides, slotCount} from '../ledger/slots.js';
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

/** `folder` is where the counters are kept where the user's cache folder cannot have them. */
export async function curatedEntries(
	interpreter: string,
	exported: ReadonlySet<string>,
	env: Environment,
	folder: string,
): Promise<CuratedEntries> {
	const wanted = overrides().filter(({symbol}) => exported.has(symbol));
	const home = cacheHome(env);
	const keptIn = (cacheFolder: string) =>
		prepareEntries({elfPath: interpreter, functions: wanted, toSharedRow: slotCount(), cacheFolder});
	const {blob, patched, left, shared} =
		home === null
			? await keptIn(folder)
			: // A cache that cannot be written costs time only.
				await keptIn(join(home, 'pyinterpose', 'entries')).catch(() => keptIn(folder));
	// An entry that two overrides share counts the calls of both.
	const ambiguous = new Set(Object.values(shared));
	const own = ({symbol, slot}: {symbol: string; slot: number}) =>
		patched.includes(symbol) && shared[symbol] === undefined && !ambiguous.has(slot);
	return {
		env: {PYINTERPOSE_ENTRIES: blob},
		symbols: new Set(wanted.filter(own).map(({symbol}) => symbol)),
		findings: left.map(({symbol, reason}) => ({
			kind: 'entry-not-counted',
			message: `Calls that enter ${symbol} without an override cannot be counted: ${reason}.`,
		})),
	};
}
