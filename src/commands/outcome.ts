/** This file says what a report comes to, for the exit status: done or not, as expected or not, found out or not. */

import type {Broken} from '../model/contract.js';
import type {Report} from '../model/report.js';

export interface Outcome {
	/** A target could not be tested, or there was none. */
	readonly failed: boolean;
	/** Something is certainly not as expected. */
	readonly broken: boolean;
	/** Something that was asked for could not be found out. */
	readonly unknown: boolean;
}

/** Where something is expected (`broken` is not null), only that was asked for; else every verdict. A part of all targets may be none. */
export function outcomeOf(
	{targets, failures, totals}: Pick<Report, 'targets' | 'failures' | 'totals'>,
	broken: readonly Broken[] | null,
	isPart: boolean,
): Outcome {
	return {
		failed: failures.length > 0 || (targets.length === 0 && !isPart),
		...heldTo(broken ?? []),
		...(broken === null ? {unknown: totals.inconclusive > 0} : {}),
	};
}

/** Of what is not kept, what is certain and what is undecided. A warning is neither. */
export function heldTo(broken: readonly Broken[]): Omit<Outcome, 'failed'> {
	const errors = broken.filter(({severity}) => severity !== 'warning');
	return {broken: errors.some(({undecided}) => !undecided), unknown: errors.some(({undecided}) => undecided)};
}
