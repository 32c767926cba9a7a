/** This file reads the claims whose override changes a result: the probe tells whether it saw the changed one. */

import type {Claim, Family} from '../../model/claim.js';
import type {Counted} from '../../model/evidence.js';
import {difference} from './difference.js';
import type {Run} from './run.js';

interface Effect {
	/** What the shim overrides. A Python calls one of them, which one depends on its version. */
	readonly symbols: readonly string[];
	/** What the probe's program prints where the override took effect, as JSON. */
	readonly shows: string;
}

export const effects = {
	// The year of the second 1,000,000,000.
	'effect-time': {symbols: ['time', 'clock_gettime', 'gettimeofday'], shows: '2001'},
	'effect-getrandom': {symbols: ['getrandom'], shows: '[90,90,90,90]'},
} as const satisfies Partial<Record<Family, Effect>>;

/** The changed result must be seen exactly where the override ran, and never in the control, which has no shim. */
export function shownBy(
	claim: Claim,
	effected: Run,
	control: Run,
	broken: (family: Family, run: Run) => string | null,
): Counted {
	const taken = effected.taken.get(claim.id);
	const alone = control.taken.get(claim.id);
	const unknown = (reason: string): Counted => ({kind: 'unknown', reason});
	if (taken === undefined || taken.outcome.kind === 'no-route') return unknown('the probe was not taken');
	if (taken.outcome.kind === 'failed') return unknown(taken.outcome.reason);
	const fault = broken(claim.family, effected);
	if (fault !== null) return unknown(fault);
	if (alone?.outcome.kind !== 'taken') return unknown('the control run without shims did not take the probe');
	const {shows} = effects[claim.family as keyof typeof effects];
	if (alone.outcome.output === shows) return unknown(`the program prints ${shows} without the shim, too`);
	const counted = difference(taken, 'honored', claim.route);
	if (counted.kind === 'inexact') return unknown(counted.reason);
	// Python's own module may be an extension, as time is on 2.7: its calls are the same program's.
	const calls = counted.calls.interpreter + counted.calls.extension;
	if ((taken.outcome.output === shows) !== calls > 0) {
		return unknown(`the override ran ${calls} times and the program printed ${taken.outcome.output}`);
	}
	return {kind: 'counted', honored: {...counted.calls, interpreter: calls, extension: 0}, bypassed: null, made: null};
}
