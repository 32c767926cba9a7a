/** This file says what the evidence on one claim amounts to: the first rule that answers wins. */

import type {Evidence} from '../model/evidence.js';
import type {Verdict} from '../model/verdict.js';
import {absent} from './absent.js';
import {byEntries} from './by-entries.js';
import {byReferences} from './by-references.js';
import {byWhatWasMade} from './by-what-was-made.js';
import {imported} from './imported.js';
import {preloadDropped} from './preload-dropped.js';
import type {VerdictRule} from './rule.js';
import {uncounted} from './uncounted.js';

const rules: readonly VerdictRule[] = [
	absent,
	preloadDropped,
	uncounted,
	byWhatWasMade,
	imported,
	byEntries,
	byReferences,
];

export function judge(evidence: Evidence): Verdict {
	for (const rule of rules) {
		const verdict = rule(evidence);
		if (verdict !== null) return verdict;
	}
	return {kind: 'inconclusive', because: 'no witness answers for this route'};
}
