/** This file tells what sort of change lies between two verdicts on one claim. */

import type {ChangeKind} from '../model/comparison.js';
import type {Verdict} from '../model/verdict.js';

/** Null where nothing changed. Numbers of calls may differ: what counts is whether, and what share, they reach. */
export function changeKind(before: Verdict | null, after: Verdict | null, sameVersion: boolean): ChangeKind | null {
	if (before === null) return after === null ? null : 'newly-tested';
	if (after === null) return 'no-longer-tested';
	if (before.kind === after.kind) return withinKind(before, after);
	if (after.kind === 'inconclusive') return 'newly-inconclusive';
	if (before.kind === 'inconclusive') return 'newly-known';
	if (after.kind === 'absent') return 'newly-absent';
	if (before.kind === 'absent') return 'newly-present';
	// At one version the calls are still in the source: where no reference is left that an override reaches, the compiler
	// took them away, and the override with them.
	if (after.kind === 'uncalled') {
		return sameVersion && before.kind !== 'bypassed' && after['would-be'] !== 'honored' ? 'lost' : 'newly-uncalled';
	}
	if (before.kind === 'uncalled') return 'newly-called';
	if (after.kind === 'bypassed') return 'lost';
	if (before.kind === 'bypassed') return 'gained';
	return after.kind === 'partial' ? 'share-fell' : 'share-rose';
}

function withinKind(before: Verdict, after: Verdict): ChangeKind | null {
	if (before.kind === 'partial' && after.kind === 'partial') {
		const difference = hundredths(after) - hundredths(before);
		if (difference !== 0) return difference < 0 ? 'share-fell' : 'share-rose';
	}
	if ('because' in before && 'because' in after && before.kind !== 'inconclusive' && before.because !== after.because) {
		return 'cause-changed';
	}
	return null;
}

/** Method caches and hash collisions depend on addresses: less than one in a hundred is no change. */
function hundredths({calls, bypassed}: Verdict & {kind: 'partial'}): number {
	return Math.round((100 * calls) / (calls + bypassed));
}
