/** This file is the rule for a count that could not be had, or cannot be believed. */

import type {VerdictRule} from './rule.js';

export const uncounted: VerdictRule = ({counted}) =>
	counted.kind === 'unknown' ? {kind: 'inconclusive', because: counted.reason} : null;
