/** This file states a report as test cases, for the formats that CI systems read. */

import type {Broken} from '../../model/contract.js';
import type {Report, TargetReport} from '../../model/report.js';
import {type ClaimReport, curatedClaims, reportedClaims} from '../../model/reported-claims.js';
import {verdictSentence} from '../words.js';
import {brokenSentence} from './broken.js';

/**
 * `failed` is against the contract; `error` could not be tested, or the contract asks for what could not be found out;
 * `unknown` is inconclusive where no contract asks.
 */
export type CaseOutcome = 'passed' | 'failed' | 'error' | 'unknown' | 'skipped';

export interface Case {
	readonly target: string;
	/** The symbol; `contract` and `target` for what is about no symbol. */
	readonly suite: string;
	/** The route. */
	readonly name: string;
	readonly outcome: CaseOutcome;
	/** One sentence, raw: each format escapes in its own way. */
	readonly message: string;
	/** The contract's reason and expectation, where it is broken. */
	readonly broken: Broken | null;
}

/** In the report's order: by target, then by claim; then what is about no claim, then targets that failed. */
export function casesOf({targets, failures}: Report, broken: readonly Broken[]): readonly Case[] {
	const byClaim = new Map(broken.map(one => [key(one.target, one.claim), one]));
	return [
		...targets.flatMap(target => {
			const {id} = target;
			const claims = casesIn(target, byClaim);
			const own = new Set(claims.map(claim => claim.id));
			const others = broken.filter(({target, claim}) => target === id && !own.has(claim));
			return [
				...claims.map(claim => claimCase(id, claim, byClaim.get(key(id, claim.id)) ?? null)),
				...others.map(one => contractCase(id, one)),
			];
		}),
		...failures.map(
			({target, message}): Case => ({target, suite: 'target', name: 'tested', outcome: 'error', message, broken: null}),
		),
	];
}

/** A case for what a probe calls, and for whatever the contract has something to say of. */
function casesIn(target: TargetReport, byClaim: ReadonlyMap<string, Broken>): readonly ClaimReport[] {
	const curated = new Set(curatedClaims(target).map(({id}) => id));
	return reportedClaims(target).filter(({id}) => curated.has(id) || byClaim.has(key(target.id, id)));
}

function key(target: string, claim: string): string {
	return `${target}\0${claim}`;
}

function claimCase(target: string, {symbol, route, verdict}: ClaimReport, broken: Broken | null): Case {
	return {
		target,
		suite: symbol,
		name: route,
		outcome: outcomeOf(verdict.kind, broken),
		message: broken === null ? `${verdict.kind}: ${verdictSentence(verdict)}` : brokenSentence(broken),
		broken,
	};
}

function outcomeOf(kind: ClaimReport['verdict']['kind'], broken: Broken | null): CaseOutcome {
	if (broken !== null) return broken.undecided ? 'error' : 'failed';
	switch (kind) {
		case 'honored':
		case 'partial':
		case 'bypassed':
			return 'passed';
		case 'uncalled':
		case 'absent':
			return 'skipped';
		case 'inconclusive':
			return 'unknown';
	}
}

function contractCase(target: string, broken: Broken): Case {
	return {
		target,
		suite: 'contract',
		name: broken.claim,
		outcome: broken.undecided ? 'error' : 'failed',
		message: brokenSentence(broken),
		broken,
	};
}
