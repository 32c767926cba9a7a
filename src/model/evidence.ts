/** This file defines what `gather` found out about one claim, as `judge` takes it: values, no opinion. */

import type {StaticWitness} from './binding.js';
import type {Caller, Claim} from './claim.js';
import type {Preload} from './target.js';

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

export interface Evidence {
	readonly claim: Claim;
	/** Whether the object that should define the symbol does: the interpreter, or libc. */
	readonly defined: boolean;
	/** Whether the interpreter is the executable. */
	readonly linkage: 'static' | 'shared';
	readonly counted: Counted;
	/** `dropped`: no override can run, for LD_PRELOAD does not survive the way to this Python. It survives where this is left out. */
	readonly preload?: Preload | undefined;
	readonly witness: StaticWitness | null;
}
