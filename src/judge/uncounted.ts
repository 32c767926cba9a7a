/** This file is the rule for a count that could not be had, or cannot be believed. */

import type {Rule} from './rule.js';

export const uncounted: Rule = ({counted}) =>
	counted.kind === 'unknown' ? {kind: 'inconclusive', because: counted.reason} : null;
