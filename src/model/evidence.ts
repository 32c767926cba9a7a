/** This file defines what `gather` found out, as `judge` takes it: values, no opinion. */

import type {Caller, Claim, Family, Route} from './claim.js';
import type {Counts, FunctionReferences, InlinedCalls} from './report.js';
import type {Preload} from './target.js';
import type {Cause} from './verdict.js';

/** Calls by the role of who made them. */
export type ByCaller = Readonly<Record<Caller, number>>;

export type Counted =
	| {
			readonly kind: 'counted';
			/** Calls that ran the override: those of 2n rounds less those of n. */
			readonly honored: ByCaller;
			/** Calls that entered the real function without it; null where entries were not counted. */
			readonly bypassed: ByCaller | null;
			/** Calls that our own object made in the same rounds; null on a route that the interpreter takes. */
			readonly made: number | null;
	  }
	/** What kept us from finding out, as one sentence without a full stop. */
	| {readonly kind: 'unknown'; readonly reason: string};

/** What the probes found out about one claim. */
export interface ProbedClaim {
	readonly claim: Claim;
	/** Whether the object that should define the symbol does: the interpreter, or libc. */
	readonly defined: boolean;
	readonly counted: Counted;
}

/** What ran while every function of the interpreter was overridden: the workload's calls, or those of the user's program. */
export interface Workload {
	/** Every function that was overridden, by symbol: the interpreter's, and those of libc's families. */
	readonly bySymbol: ReadonlyMap<string, WorkloadFunction>;
	/** Who defines a function first, by symbol, where the loader was asked and it is not our override. */
	readonly first?: ReadonlyMap<string, FirstDefinition>;
}

export interface WorkloadFunction {
	/** Of the curated list where the function is libc's; null for the interpreter's own. */
	readonly family: Family | null;
	/** Whether entries without the override were counted, so that none counted means none made. */
	readonly entriesCounted: boolean;
	/** Left out where its inlined copies were not counted. */
	readonly inlined?: InlinedCalls;
	/** A caller that made no call is not there. */
	readonly calls: Readonly<Partial<Record<Caller, Counts>>>;
	/** Why a caller outside the interpreter passed the override by, where the process itself has shown it. */
	readonly causes?: Readonly<Partial<Record<Caller, Cause>>>;
}

/** Whose definition of a function stands first in the process, by the loader's own word. */
export type FirstDefinition =
	| {readonly kind: 'override'}
	| {readonly kind: 'executable'}
	/** What the interpreter's file holds for itself alone: its own calls reach it, and no symbol tells of them; others do not see it. */
	| {readonly kind: 'hidden'}
	| {readonly kind: 'other'; readonly soname: string};

/** All that is known of the calls of one function by one caller or on one route. */
export interface CallsEvidence {
	readonly symbol: string;
	readonly family: Family | null;
	readonly caller: Caller | Route;
	readonly defined: boolean;
	readonly probe: ProbedCalls | null;
	readonly workload: Counts | null;
	/** The references of the calling object, where the static witness has read it: the interpreter's own. */
	readonly references: FunctionReferences | null;
	/** Whether the caller has no way to the function but by its name, through PLT or GOT. */
	readonly byNameOnly: boolean;
	/** `dropped`: no override can run, for LD_PRELOAD does not survive the way to this Python. */
	readonly preload: Preload;
	/** Null where the loader was not asked. */
	readonly first: FirstDefinition | null;
	/** Why a call passes the override by here, if one does. */
	readonly cause: Cause;
}

/** One column of a probe's counts. */
export type ProbedCalls =
	| {readonly kind: 'counted'; readonly honored: number; readonly bypassed: number | null; readonly made: number | null}
	| {readonly kind: 'unknown'; readonly reason: string};
