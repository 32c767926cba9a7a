/** This file reads the claims whose override changes a result: the probe tells whether it saw the changed one. */

import type {Claim, Family} from '../../model/claim.js';
import type {Counted} from '../../model/evidence.js';
import {difference} from './difference.js';
import type {Run} from './run.js';

/** What each effect shim overrides. A Python calls one of them, which one depends on its version. */
export const effects = {
	'effect-time': {symbols: ['time', 'clock_gettime', 'gettimeofday']},
	'effect-getrandom': {symbols: ['getrandom']},
} as const satisfies Partial<Record<Family, {readonly symbols: readonly string[]}>>;

/** The probe's output is `true` where it saw the effect; the control, which has no shim, must say `false`. */
export function shownBy(
	claim: Claim,
	effected: Run,
	control: Run,
	broken: (family: Family, run: Run) => string | null,
): Counted {
	const taken = effected.taken.get(claim.id);
	const alone = control.taken.get(claim.id);
	const unknown = (reason: string): Counted => ({kind: 'unknown', reason});
	if (taken === undefined) return unknown('the probe was not taken');
	if (taken.outcome.kind === 'failed') return unknown(taken.outcome.reason);
	const fault = broken(claim.family, effected);
	if (fault !== null) return unknown(fault);
	if (alone?.outcome.kind !== 'taken') return unknown('the control run without shims did not take the probe');
	if (alone.outcome.output !== 'false') return unknown('the effect is there without the shim');
	const honored = difference(taken, 'honored');
	if ((taken.outcome.output === 'true') !== honored.core > 0) {
		return unknown(`the override ran ${honored.core} times and the result says ${taken.outcome.output}`);
	}
	return {kind: 'counted', honored, bypassed: null, made: null};
}
