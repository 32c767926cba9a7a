/** This file defines what the static witness tells of exported data: what an override of a variable would reach. */

import type {Reach, ReferenceVerdict} from './binding.js';
import type {Cause} from './verdict.js';

/**
 * `copied` is an executable's own copy of another object's data (R_X86_64_COPY and its like): the dynamic linker fills it from the first
 * definition behind the executable, so from an override, and everybody uses the copy from then on. `inconclusive`: uses that are seen
 * name the variable, if any does, and others may or may not mean it, or may not have been seen.
 */
export type DataVerdict = ReferenceVerdict | 'copied' | 'inconclusive';

/** Worst first. */
export const dataVerdicts = [
	'inconclusive',
	'bound',
	'copied',
	'partial',
	'unreferenced',
	'preemptible',
] as const satisfies readonly DataVerdict[];

/** Why uses of data are bound; what speaks of calls alone is not among them. */
export type DataCause = Extract<Cause, 'executable-defines-it' | 'symbolic' | 'protected' | 'unknown'>;

/** One exported variable, as docs/data.md counts its uses from inside the object. */
export interface DataReferences {
	readonly symbol: string;
	/** `thread`: every thread has its own (STT_TLS). */
	readonly storage: 'process' | 'thread';
	/** In bytes. */
	readonly size: number;
	/** Instructions that read its GOT slot, where that is filled by name; and those that have its address, or a slot that has. */
	readonly code: Reach;
	/** Words of data that a relocation fills: by name; and with the address alone. */
	readonly words: Reach;
	/** Places that have an address within it without a name, and may mean a neighbour all the same. */
	readonly unclear: number;
	/** Other exported names of the address. Left out where there is none. */
	readonly sharedWith?: readonly string[];
	readonly verdict: DataVerdict;
	/** Why uses are bound; null where none is. */
	readonly cause: DataCause | null;
}

/** The exported variables of one object; `symbols` is the sum of the verdicts. */
export interface DataTotals {
	/** Whether its code was decoded; otherwise only relocations tell. */
	readonly decoded: boolean;
	/** Whether anything in it is looked up by name at all: a static executable has no dynamic section. */
	readonly dynamic: boolean;
	readonly symbols: number;
	readonly verdicts: Readonly<Record<DataVerdict, number>>;
	readonly code: Reach;
	readonly words: Reach;
}

/** What `inspect --data` adds to what is said of one file. */
export interface DataReport {
	readonly totals: DataTotals;
	/** Sorted by symbol, in code-unit order. */
	readonly symbols: readonly DataReferences[];
}

/** The variables of one file. */
export interface InspectedData {
	readonly path: string;
	readonly soname: string | null;
	readonly buildId: string | null;
	readonly machine: string;
	readonly executable: boolean;
	readonly data: DataReport;
}
