/** This file holds a report to an earlier one: nothing that was honored may be lost. */

import {SuiteError} from '../errors.js';
import {type Change, losses} from '../model/comparison.js';
import type {Broken} from '../model/contract.js';
import type {Report, TargetReport} from '../model/report.js';
import {compareBuilds} from './compare.js';
import {pairBuilds} from './pair.js';

/** `name` is how the reason calls the baseline. Errors: SuiteError where no build has a counterpart. */
export function checkBaseline(report: Report, baseline: Report, name: string): readonly Broken[] {
	const {pairs} = pairBuilds(baseline, report);
	if (pairs.length === 0) {
		throw new SuiteError(`${name} has no build in common with what was tested.`, {
			hint: 'Take a baseline of the same Python.',
		});
	}
	return pairs.flatMap(([before, after]) =>
		compareBuilds(before, after)
			.changes.filter(worsened)
			.map(change => broken(after, change, `${name} has it so.`)),
	);
}

/** Losses, and what worked and is not known any more. */
function worsened({kind, before}: Change): boolean {
	if (before?.kind !== 'honored' && before?.kind !== 'partial') return false;
	return (losses as readonly string[]).includes(kind) || kind === 'newly-inconclusive';
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
		reason,
		place: null,
		undecided: kind === 'newly-inconclusive',
	};
}
