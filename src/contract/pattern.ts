/** This file matches claims and names by the patterns of a contract. */

import {matchesGlob} from '../model/glob.js';

/** Matches whole ids (`PyErr_*` + `/interpreter`); a pattern without a slash matches symbols, on every route. */
export function claimPattern(pattern: string): (claim: {readonly id: string; readonly symbol: string}) => boolean {
	return pattern.includes('/') ? ({id}) => matchesGlob(pattern, id) : ({symbol}) => matchesGlob(pattern, symbol);
}

export function namePattern(pattern: string): (name: string) => boolean {
	return name => matchesGlob(pattern, name);
}
