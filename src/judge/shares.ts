/** This file turns two exact counts into a verdict, as docs/index.md has the table of verdicts. */

import type {Cause, Verdict} from '../model/verdict.js';

export function shares(honored: number, bypassed: number, because: Cause): Verdict {
	if (honored > 0 && bypassed > 0) return {kind: 'partial', calls: honored, bypassed, because};
	if (honored > 0) return {kind: 'honored', calls: honored};
	if (bypassed > 0) return {kind: 'bypassed', bypassed, because};
	return {kind: 'uncalled'};
}
