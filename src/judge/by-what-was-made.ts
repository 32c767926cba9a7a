/** This file is the rule for calls that our own object made: each was seen, or passed by. */

import type {Evidence} from '../model/evidence.js';
import type {Cause} from '../model/verdict.js';
import {callerOf} from './caller.js';
import type {VerdictRule} from './rule.js';
import {shares} from './shares.js';

export const byWhatWasMade: VerdictRule = evidence => {
	const {claim, counted} = evidence;
	if (counted.kind === 'unknown' || counted.made === null) return null;
	const {made} = counted;
	const caller = callerOf[claim.route];
	const honored = counted.honored[caller];
	if (made === 0) return {kind: 'inconclusive', because: 'the probe made no call'};
	if (honored > made) {
		return {kind: 'inconclusive', because: `${made} calls were made and ${honored} counted`};
	}
	const entered = counted.bypassed?.[caller];
	if (entered !== undefined && entered !== made - honored) {
		return {
			kind: 'inconclusive',
			because: `of ${made} calls ${honored} ran the override and ${entered} entered the function without it`,
		};
	}
	return shares(honored, made - honored, causeOf(evidence));
};

function causeOf({claim, linkage}: Evidence): Cause {
	if (claim.route === 'deepbind') return 'deepbind';
	return linkage === 'static' && !claim.family.startsWith('libc-') ? 'executable-defines-it' : 'unknown';
}
