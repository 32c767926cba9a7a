/** This file states a report as test cases, for the formats that CI systems read. */

import {type Broken, claimKey, type Held, type Place} from '../../model/contract.js';
import {groupBy} from '../../model/group-by.js';
import {byCodeUnit} from '../../model/order.js';
import type {Report, TargetReport} from '../../model/report.js';
import {type ClaimReport, curatedClaims, reportedClaims} from '../../model/reported-claims.js';
import {totalsOf} from '../../model/totals.js';
import {verdictKinds} from '../../model/verdict.js';
import {counted, grouped} from '../numbers.js';
import {verdictSentence} from '../words.js';
import {brokenSentence, endedSentence} from './broken.js';

/**
 * `passed` is only what a rule holds. `failed` is against the contract; `error` could not be tested, or the contract asks
 * for what could not be found out; `warned` is either by a rule that only warns, and a rule that ended; `unknown` is
 * inconclusive where no contract asks; `skipped` is what nobody asked for.
 */
export type CaseOutcome = 'passed' | 'failed' | 'error' | 'warned' | 'unknown' | 'skipped';

export interface Case {
	readonly target: string;
	/** The symbol, or the family of several; `contract` and `target` for what is about no symbol. */
	readonly suite: string;
	/** The route; `kept` and `not-asked` for several claims together. */
	readonly name: string;
	readonly outcome: CaseOutcome;
	/** One sentence, raw: each format escapes in its own way. */
	readonly message: string;
	/** The contract's reason and expectation, where it is broken. */
	readonly broken: Broken | null;
	/** The rule that decides, where one does. */
	readonly place: Place | null;
}

/** What a reader is to look at, by the sort of rule that formats name. */
export type CaseRule = 'contract' | 'rule-ended' | 'inconclusive';

export function ruleOfCase({outcome, broken}: Case): CaseRule {
	if (outcome === 'warned' && broken === null) return 'rule-ended';
	return outcome === 'failed' || (outcome === 'warned' && broken?.undecided === false) ? 'contract' : 'inconclusive';
}

/** In the report's order: by target, then by claim; then what is about no claim, then targets that failed. */
export function casesOf({targets, failures}: Report, held: Held | null): readonly Case[] {
	const {broken, kept, ended} = held ?? {broken: [], kept: new Set<string>(), ended: []};
	const byClaim = new Map(broken.map(one => [claimKey(one.target, one.claim), one]));
	return [
		...targets.flatMap(target => casesOn(target, byClaim, kept)),
		...failures.map(
			({target, message}): Case => ({
				target,
				suite: 'target',
				name: 'tested',
				outcome: 'error',
				message,
				broken: null,
				place: null,
			}),
		),
		...ended.map(
			(one): Case => ({
				target: one.place.file,
				suite: 'contract',
				name: `rule at line ${one.place.line}`,
				outcome: 'warned',
				message: endedSentence(one),
				broken: null,
				place: one.place,
			}),
		),
	];
}

function casesOn(target: TargetReport, byClaim: ReadonlyMap<string, Broken>, kept: ReadonlySet<string>): Case[] {
	const {id} = target;
	const claims = reportedClaims(target);
	const curated = new Set(curatedClaims(target).map(claim => claim.id));
	const alone: Case[] = [];
	// Of what nobody reads one by one, a case for each family: a thousand builds are to fit into a report.
	const keptTogether: ClaimReport[] = [];
	const notAsked: ClaimReport[] = [];
	for (const claim of claims) {
		const key = claimKey(id, claim.id);
		const broken = byClaim.get(key);
		if (broken !== undefined) alone.push(brokenCase(id, claim.symbol, claim.route, broken));
		else if (kept.has(key)) {
			if (curated.has(claim.id)) alone.push(claimCase(id, claim, 'passed'));
			else keptTogether.push(claim);
		} else if (claim.verdict.kind === 'inconclusive') alone.push(claimCase(id, claim, 'unknown'));
		else notAsked.push(claim);
	}
	const own = new Set(claims.map(claim => claimKey(id, claim.id)));
	const others = [...byClaim].filter(([key, one]) => one.target === id && !own.has(key)).map(([, one]) => one);
	return [
		...alone,
		...byFamily(id, keptTogether, 'kept', 'passed', ''),
		...byFamily(id, notAsked, 'not-asked', 'skipped', 'no rule asks: '),
		...others.map(one => brokenCase(id, 'contract', one.claim, one)),
		...(kept.has(claimKey(id, 'binding'))
			? [
					{
						target: id,
						suite: 'contract',
						name: 'binding',
						outcome: 'passed',
						message: `binding mode ${target.binding.mode}`,
						broken: null,
						place: null,
					} as const,
				]
			: []),
		...(kept.has(claimKey(id, 'exports'))
			? [
					{
						target: id,
						suite: 'contract',
						name: 'exports',
						outcome: 'passed',
						message: `${counted(target.binding.functions, 'exported function')}, each by a name that the contract allows`,
						broken: null,
						place: null,
					} as const,
				]
			: []),
	];
}

function claimCase(target: string, {symbol, route, verdict}: ClaimReport, outcome: CaseOutcome): Case {
	return {
		target,
		suite: symbol,
		name: route,
		outcome,
		message: `${verdict.kind}: ${verdictSentence(verdict)}`,
		broken: null,
		place: null,
	};
}

function brokenCase(target: string, suite: string, name: string, broken: Broken): Case {
	return {
		target,
		suite,
		name,
		outcome: broken.severity === 'warning' ? 'warned' : broken.undecided ? 'error' : 'failed',
		message: brokenSentence(broken),
		broken,
		place: broken.place,
	};
}

function byFamily(
	target: string,
	claims: readonly ClaimReport[],
	name: string,
	outcome: CaseOutcome,
	prefix: string,
): Case[] {
	// The family of what no probe calls is its prefix, `PyUnicode*`, of which there are a hundred.
	const groups = groupBy(claims, claim => (claim.family.endsWith('*') ? 'other-functions' : claim.family));
	return [...groups]
		.sort(([a], [b]) => byCodeUnit(a, b))
		.map(([family, some]) => {
			const totals = totalsOf(some);
			const kinds = verdictKinds.filter(kind => totals[kind] > 0).map(kind => `${grouped(totals[kind])} ${kind}`);
			return {target, suite: family, name, outcome, message: `${prefix}${kinds.join(', ')}`, broken: null, place: null};
		});
}
