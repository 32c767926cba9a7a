/** This file lays a run of probes out: which claim counts in which phases of the ledger. */

import {layout} from '../../ledger/layout.js';
import {headerSize, offsetAt} from '../../ledger/ledger.js';
import {columns, rowSize} from '../../ledger/row.js';
import {ledgerRows} from '../../ledger/slots.js';
import type {Claim} from '../../model/claim.js';

/** What probes/runner.py reads, as `planText` writes it. */
export interface ProbePlan {
	/** Null in a control run, which has no shims. */
	readonly ledger: string | null;
	/** The file that the runner copies rows to: see copies.ts. */
	readonly copies: string | null;
	readonly offsetAt: number;
	/** Where in the ledger the phases begin that claims share. */
	readonly sharedAt: number;
	/** Numbers in one phase. */
	readonly stride: number;
	/** Bytes of one row. */
	readonly rowSize: number;
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
	/** Those in which its calls are counted. */
	readonly slots: readonly number[];
	/** Where their rows are copied to; null where the phases are its own, and nobody else's counts get between. */
	readonly copyAt: number | null;
}

/** A line of JSON, and a line for each claim: Python would take longer to read them as JSON than to take them. */
export function planText({claims, ...plan}: ProbePlan): string {
	const lines = claims.map(({id, symbol, route, phase, slots, copyAt}) =>
		[id, symbol, route, phase, slots.join(' '), copyAt ?? ''].join('\t'),
	);
	return [JSON.stringify(plan), ...lines, ''].join('\n');
}

/** Enough that a call made once per round cannot be mistaken for one made once per phase. */
export const rounds = 20;

/** Of one claim: n, 2n and 3n rounds (PHASES of probes/runner.py). */
export const phasesOfOne = 3;

/** What claims share, behind phase 0. */
const sharedPhase = 1;

/**
 * What ends an interpreter is called when Python is gone, and nobody is left to copy rows: such claims have phases of their own. A ledger with
 * phases for each of some hundred claims would take longer to write and to read than they take.
 */
export function planned(claims: readonly Claim[], slotsOf: (claim: Claim) => readonly number[]): readonly Planned[] {
	let copyAt = 0;
	let phase = sharedPhase;
	return claims.map(claim => {
		const {id, symbol, route} = claim;
		const slots = slotsOf(claim);
		if (isOfTheEnd(claim)) {
			phase += phasesOfOne;
			return {id, symbol, route, phase, slots, copyAt: null};
		}
		const one = {id, symbol, route, phase: sharedPhase, slots, copyAt};
		copyAt += slots.length * copySize();
		return one;
	});
}

function isOfTheEnd({family}: Claim): boolean {
	return family === 'lifecycle';
}

/** Of one slot: its rows in the phases of one claim, the main thread's and the others', before the claim and after it. */
export function copySize(): number {
	return 2 * phasesOfOne * layout().COUNT_ROWS_A_SLOT * rowSize;
}

export function phaseCount(claims: readonly Planned[]): number {
	return phasesOfOne + claims.reduce((last, {phase}) => Math.max(last, phase), sharedPhase);
}

/** Where the ledger has what. */
export function places(): Pick<ProbePlan, 'offsetAt' | 'sharedAt' | 'stride' | 'rowSize'> {
	const stride = ledgerRows() * columns;
	return {offsetAt, sharedAt: headerSize + (sharedPhase * stride * rowSize) / columns, stride, rowSize};
}
