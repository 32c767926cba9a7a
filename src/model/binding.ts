/** This file defines the static witness: how an ELF object refers to the functions that it exports. */

import type {Cause} from './verdict.js';

export const bindingModes = [
	'preemptible',
	'no-semantic-interposition',
	'no-semantic-interposition-lto',
	'symbolic-functions',
	'symbolic',
	'protected',
	'executable',
	'mixed',
] as const;
export type BindingMode = (typeof bindingModes)[number];

export type ReferenceVerdict = 'preemptible' | 'partial' | 'bound' | 'unreferenced';

/** How many references an override can reach, and how many it cannot. */
export interface Reach {
	readonly preemptible: number;
	readonly bound: number;
}

/** The object as a whole; `functions` is the sum of the four that follow it. */
export interface Binding {
	readonly mode: BindingMode;
	readonly functions: number;
	readonly preemptible: number;
	readonly partial: number;
	readonly bound: number;
	readonly unreferenced: number;
}

/** One exported function, as docs/architecture.md counts its references from inside the object. */
export interface SymbolReferences {
	readonly symbol: string;
	readonly calls: Reach;
	readonly addresses: Reach;
	/** Direct calls of the function by itself. Compilers bind them whatever the flags; they are no loss. */
	readonly recursive: number;
	/** Jumps by functions that are nothing but a jump to this one, because the compiler found the two alike. They are no calls. */
	readonly folded: number;
	/** Places where a copy of the function stands instead of a call; null where that is not known: see `inlined` of the object. */
	readonly inlined: number | null;
	/**
	 * Other exported names of the function's address. What is bound goes to the address, so it is counted for each of the names,
	 * and once for the object. Left out where there is none.
	 */
	readonly sharedWith?: readonly string[];
	readonly verdict: ReferenceVerdict;
}

/** What speaks for one cause or another: at how many functions it is seen. */
export interface BindingFact {
	readonly kind:
		| 'bound-calls'
		| 'bound-data'
		| 'named'
		| 'private-name'
		| 'compiler-alias'
		| 'irelative-slot'
		| 'adjusting-thunk'
		| 'stripped'
		| 'not-decoded';
	readonly functions: number;
}

/** What debug information tells of calls that the compiler inlined: no override gets them, and nothing else shows them. */
export interface InlinedTotals {
	/** Null where it is not known. */
	readonly places: number | null;
	/** How many functions these are copies of. */
	readonly functions: number | null;
	/** A clause that finishes "Inlined calls are not known:"; null where they are. */
	readonly reason: string | null;
}

/** What `inspect --json` says of one file. */
export interface InspectReport {
	readonly path: string;
	readonly soname: string | null;
	readonly buildId: string | null;
	readonly machine: string;
	readonly binding: Binding;
	/** Where the mode is `mixed`. */
	readonly facts?: readonly BindingFact[];
	readonly inlined: InlinedTotals;
	/** Sorted by symbol, in code-unit order. */
	readonly symbols: readonly SymbolReferences[];
}

/** What `inspect` says of one file without `--symbols`: the references of all functions together. */
export interface InspectSummary extends Omit<InspectReport, 'symbols'> {
	readonly calls: Reach;
	readonly addresses: Reach;
}

/** The static witness on a target's interpreter, as `gather` hands it to `judge`. */
export interface StaticWitness {
	readonly report: InspectReport;
	readonly bySymbol: ReadonlyMap<string, SymbolReferences>;
	/** Functions that the object imports, each with the number of places that refer to it, all through PLT or GOT. */
	readonly imports: ReadonlyMap<string, number>;
	/** Why references to this symbol are bound in this object; null where none is. */
	causeOf(symbol: string): Cause | null;
}
