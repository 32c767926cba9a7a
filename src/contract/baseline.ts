/** This file holds a report to an earlier one: nothing that was honored may be lost. */

import {SuiteError} from '../errors.js';
import {isLoss} from '../model/changed-functions.js';
import type {Change} from '../model/comparison.js';
import {type Broken, claimKey, type Held} from '../model/contract.js';
import type {Report, TargetReport} from '../model/report.js';
import {reportedClaims} from '../model/reported-claims.js';
import type {Verdict} from '../model/verdict.js';
import {compareTargets} from './compare.js';
import {pairBuilds} from './pair.js';

/** `name` is how the reason calls the baseline. Errors: SuiteError where no build has a counterpart. */
export function checkBaseline(report: Report, baseline: Report, name: string): readonly Broken[] {
	return holdBaseline(report, baseline, name).broken;
}

/** The same, with what is kept. */
export function holdBaseline(report: Report, baseline: Report, name: string): Held {
	const {pairs} = pairBuilds(baseline, report);
	if (pairs.length === 0) {
		throw new SuiteError(`${name} has no build in common with what was tested.`, {
			hint: 'Take a baseline of the same Python.',
		});
	}
	const kept = new Set<string>();
	const lost = pairs.flatMap(([before, after]) => {
		const some = compareTargets(before, after)
			.changes.filter(worsened)
			.map(change => broken(after, change, `${name} has it so.`));
		const ids = new Set(some.map(({claim}) => claim));
		for (const {id, route, verdict} of reportedClaims(before)) {
			if (route !== 'deepbind' && reached(verdict) && !ids.has(id)) kept.add(claimKey(after.id, id));
		}
		return some;
	});
	return {broken: lost, kept, ended: []};
}

function reached(verdict: Verdict | null): boolean {
	return verdict?.kind === 'honored' || verdict?.kind === 'partial';
}

/** Losses, and what worked and is not known any more. */
function worsened({kind, before}: Change): boolean {
	if (!reached(before)) return false;
	return isLoss(kind) || kind === 'newly-inconclusive';
}

function broken(
	build: TargetReport,
	{kind, id, symbol, route, before, after, because}: Change,
	reason: string,
): Broken {
	return {
		target: build.id,
		object: build.interpreter.path,
		claim: id,
		symbol,
		route,
		expected: before?.kind === 'partial' ? 'partial, with no smaller share' : 'honored',
		seen: after,
		because,
		severity: 'error',
		reason,
		place: null,
		undecided: kind === 'newly-inconclusive',
	};
}
