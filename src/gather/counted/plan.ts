/** This file lays a run of probes out: which claim counts in which phases of the ledger. */

import {columns} from '../../ledger/row.js';
import type {Claim} from '../../model/claim.js';

/** What probes/runner.py reads, as `planText` writes it. */
export interface ProbePlan {
	/** Null in a control run, which has no shims. */
	readonly ledger: string | null;
	readonly offsetAt: number;
	/** Numbers in one phase. */
	readonly stride: number;
	/** n: the first phase of a claim has n rounds, the second 2n, the third 3n. */
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
	/** The phase of n rounds; 2n and 3n rounds are counted in those after it. Phase 0 is start-up and all that lies between. */
	readonly phase: number;
}

/** A line of JSON, and a line for each claim: Python would take longer to read them as JSON than to take them. */
export function planText({claims, ...plan}: ProbePlan): string {
	const lines = claims.map(({id, symbol, route, phase}) => [id, symbol, route, phase].join('\t'));
	return [JSON.stringify(plan), ...lines, ''].join('\n');
}

/** Enough that a call made once per round cannot be mistaken for one made once per phase. */
export const rounds = 20;

export function planned(claims: readonly Claim[]): readonly Planned[] {
	return claims.map(({id, symbol, route}, index) => ({id, symbol, route, phase: phaseOf(index)}));
}

/** Of one claim: n, 2n and 3n rounds (PHASES of probes/runner.py). */
export const phasesOfOne = 3;

/** Where the claim at this place in the plan counts n rounds; 2n and 3n rounds follow. */
export function phaseOf(index: number): number {
	return 1 + phasesOfOne * index;
}

export function phaseCount(claims: readonly Claim[]): number {
	return 1 + phasesOfOne * claims.length;
}

export function strideOf(slots: number): number {
	return slots * columns;
}
