/** This file says what a rule of the judge is. */

import type {Evidence} from '../model/evidence.js';
import type {Verdict} from '../model/verdict.js';

/** It answers, or leaves the claim to the next rule. */
export type VerdictRule = (evidence: Evidence) => Verdict | null;
