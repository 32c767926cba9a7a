/** This file defines what is gathered on a user's preload library in one process, before anything is judged. */

import type {AuditedCaller, ExpressionOutcome} from './audit.js';
import type {Finding} from './report.js';
import type {Cause} from './verdict.js';

export interface AuditEvidence {
	/** Why nothing was counted at all; null where it was. */
	readonly inconclusive: string | null;
	/** Sorted by library, then symbol. */
	readonly functions: readonly OverrideEvidence[];
	readonly own: number;
	readonly missing: readonly MissingEvidence[];
	readonly findings: readonly Finding[];
	/** How the program ended under the libraries, where it ends well without them; null otherwise. */
	readonly broken: string | null;
}

/** One function that a library defines. */
export interface OverrideEvidence {
	readonly symbol: string;
	readonly version: string | null;
	readonly library: number;
	/** In lookup order. */
	readonly definedBy: readonly Definer[];
	/** From inside the interpreter. */
	readonly references: {readonly preemptible: number; readonly bound: number} | null;
	/** Why the interpreter's file binds references to it; null where it does not. */
	readonly cause: Cause | null;
	readonly tallies: readonly Tally[];
	/** Null where no library before it defines the function. */
	readonly chain: {readonly behind: number; readonly made: number; readonly passedOn: number} | null;
	/** Whether the loader gives this library's definition to all references of the callers' objects; null where there is none. */
	readonly loader: Readonly<Record<AuditedCaller, LoaderWord | null>>;
	/** Whether the program asked for the function on a handle, and was given another definition. */
	readonly lookedUp: boolean;
	/** Why entries of the library's function were not counted, and those of some real one; null where they were. */
	readonly uncounted: {readonly own: string | null; readonly real: string | null};
}

export interface Definer {
	readonly role: 'interpreter' | 'libc' | 'library';
	/** Its soname or file name. */
	readonly name: string;
	/** Whether it is linked as an executable: it then stands before every preloaded library. */
	readonly executable: boolean;
}

export interface LoaderWord {
	readonly toLibrary: number;
	/** References that it gave to something else. */
	readonly toOther: number;
	/** Of those, the ones that ask for a version which the library does not give the function. */
	readonly byVersion: number;
}

/** Calls of the function that were made alike. */
export interface Tally {
	readonly caller: AuditedCaller | 'libc' | 'preload' | 'unknown';
	readonly how: CallPath;
	readonly reached: number;
	readonly passed: number;
	readonly forwarded: number;
}

export type CallPath =
	/** By name, for the loader to choose. */
	| 'named'
	/** Directly, within one object. */
	| 'direct'
	/** By a jump of a function that was called. */
	| 'jump'
	/** By an address. */
	| 'address'
	/** By an address that the loader gave for a handle (dlsym). */
	| 'handle'
	/** By an address, or by a jump of a function that was: the call site does not tell. */
	| 'address-or-jump'
	/** By the function itself, which compilers bind whatever the flags. */
	| 'recursive'
	/** By a function that is nothing but a jump to this one, because the compiler found the two alike. */
	| 'folded';

export interface MissingEvidence {
	readonly symbol: string;
	readonly beside: string;
	readonly kind: 'other-name' | 'family';
	readonly calls: number | null;
	readonly callers: readonly AuditedCaller[];
}

export interface Expected {
	readonly expression: string;
	readonly under: ExpressionOutcome;
	readonly without: ExpressionOutcome;
}
