/** This file lays a run of probes out: which claim counts in which phases of the ledger. */

import {columns} from '../../ledger/ledger.js';
import type {Claim} from '../../model/claim.js';

/** What probes/run.py reads; its docstring says the same. */
export interface ProbePlan {
	/** Null in a control run, which has no shims. */
	readonly ledger: string | null;
	readonly offsetAt: number;
	/** Numbers in one phase. */
	readonly stride: number;
	/** n: the first phase of a claim has n rounds, the second 2n. */
	readonly rounds: number;
	readonly callers: Readonly<Record<'extension' | 'deepbind', string>>;
	/** Whether the launcher runs the probes and so offers the route `executable`. */
	readonly executable: boolean;
	readonly claims: readonly Planned[];
}

export interface Planned {
	readonly id: string;
	readonly symbol: string;
	readonly route: string;
	/** The phase of n rounds; 2n rounds are counted in the one after it. Phase 0 is start-up and all that lies between. */
	readonly phase: number;
}

/** Enough that a call made once per round cannot be mistaken for one made once per phase. */
export const rounds = 20;

export function planned(claims: readonly Claim[]): readonly Planned[] {
	return claims.map(({id, symbol, route}, index) => ({id, symbol, route, phase: phaseOf(index)}));
}

/** Where the claim at this place in the plan counts n rounds; 2n rounds follow in the next. */
export function phaseOf(index: number): number {
	return 1 + 2 * index;
}

export function phaseCount(claims: readonly Claim[]): number {
	return 1 + 2 * claims.length;
}

export function strideOf(slots: number): number {
	return slots * columns;
}
