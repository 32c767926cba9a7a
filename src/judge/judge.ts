/** This file says what the evidence on one function's calls by one caller amounts to, and with which numbers. */

import type {CallsEvidence} from '../model/evidence.js';
import type {CallsReport, Counts} from '../model/report.js';
import type {Verdict} from '../model/verdict.js';
import {rules, type SummedEvidence} from './rules.js';

export function judgeCalls(evidence: CallsEvidence): CallsReport {
	const summed = summedEvidence(evidence);
	return {
		caller: evidence.caller,
		honored: summed.honored,
		bypassed: summed.bypassed,
		probe: probeCounts(evidence),
		workload: evidence.workload,
		verdict: judge(summed),
	};
}

function judge(evidence: SummedEvidence): Verdict {
	for (const {verdict} of rules) {
		const found = verdict(evidence);
		if (found !== null) return found;
	}
	return {kind: 'inconclusive', because: 'no rule answers'};
}

function summedEvidence(evidence: CallsEvidence): SummedEvidence {
	const {symbol, family, caller, defined, workload, references, byNameOnly, preload, first, cause} = evidence;
	const counts = probeCounts(evidence);
	const passed = (part: Counts | null) => (part === null ? 0 : passedBy(part, evidence));
	// Field by field: there are thousands.
	return {
		symbol,
		family,
		caller,
		defined,
		probe: evidence.probe,
		workload,
		references,
		byNameOnly,
		preload,
		first,
		cause,
		honored: (counts?.honored ?? 0) + (workload?.honored ?? 0),
		bypassed: plus(passed(counts), passed(workload)),
		preemptible: references?.preemptible ?? 0,
		bound: references?.bound ?? 0,
	};
}

/** Calls that our own object made and that no override counted have passed the override by. */
function probeCounts({probe}: CallsEvidence): Counts | null {
	if (probe?.kind !== 'counted') return null;
	const {honored, bypassed, made} = probe;
	return {honored, bypassed: made === null ? bypassed : Math.max(0, made - honored)};
}

function passedBy({bypassed}: Counts, {byNameOnly}: CallsEvidence): number | null {
	return bypassed ?? (byNameOnly ? 0 : null);
}

function plus(sum: number | null, part: number | null): number | null {
	return sum === null || part === null ? null : sum + part;
}
