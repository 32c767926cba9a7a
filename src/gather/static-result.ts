/** This file defines what the static witness computes from the bytes of one object. */

import type {InspectReport, SymbolReferences} from '../model/binding.js';
import type {Cause} from '../model/verdict.js';

/** What needs no debug information, which may be elsewhere, and come and go. */
export type StaticReferences = Omit<SymbolReferences, 'inlined'>;

/** What is computed from a file, wherever it is; this is what the cache holds. */
export interface StaticResult {
	readonly report: Omit<InspectReport, 'path' | 'inlined' | 'symbols'> & {
		readonly symbols: readonly StaticReferences[];
	};
	/** By symbol; a symbol of which no reference is bound is not there. */
	readonly causes: Readonly<Record<string, Cause>>;
	/** Functions that the object imports, each with the number of places that refer to it. */
	readonly imports: readonly (readonly [symbol: string, references: number])[];
}
