/** This file defines the inlined copies of functions that are counted at their own entries. */

import type {Entry} from './entry.js';

/** From `low` to before `high`. */
export interface CodeSpan {
	readonly low: number;
	readonly high: number;
}

/** A copy of a function that was inlined, to be counted at its entry. */
export interface WantedCopy {
	readonly symbol: string;
	/** Where the function itself is. */
	readonly original: number;
	/** In the ledger, from the first row for copies on. */
	readonly row: number;
	/** Null where none of its code is left. */
	readonly entry: number | null;
	readonly ranges: readonly CodeSpan[];
	/** The name of the function that it stands in; null where debug information names none. */
	readonly within: string | null;
	/** The code of that function; null where it is not known. */
	readonly around: {readonly start: number; readonly ranges: readonly CodeSpan[]} | null;
}

export interface CopyLeftAlone extends Pick<WantedCopy, 'symbol' | 'within' | 'entry'> {
	/** A clause that finishes "It is not counted:". */
	readonly reason: string;
}

export interface PlannedCopies {
	readonly counted: readonly WantedCopy[];
	/** Some copies have several: the compiler made several of one piece of code. */
	readonly entries: readonly Entry[];
	readonly left: readonly CopyLeftAlone[];
}
