/** This file is the rule for calls inside the interpreter whose entries were counted: both numbers are exact. */

import {callerOf} from './caller.js';
import type {VerdictRule} from './rule.js';
import {shares} from './shares.js';

export const byEntries: VerdictRule = ({claim, counted, witness}) => {
	if (counted.kind === 'unknown' || counted.bypassed === null) return null;
	const caller = callerOf[claim.route];
	return shares(counted.honored[caller], counted.bypassed[caller], witness?.causeOf(claim.symbol) ?? 'unknown');
};
