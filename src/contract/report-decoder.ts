/** This file says what a report's JSON is made of; schema/report.schema.json says the same, and a test compares them. */

import {bindingModes} from '../model/binding.js';
import {callers, routes} from '../model/claim.js';
import type {ClaimReport, Report, SweepReport, TargetReport} from '../model/report.js';
import {causes, type Verdict, type VerdictKind, verdictKinds} from '../model/verdict.js';
import {asObject, count, type Decoder, flag, listOf, nullable, oneOf, record, text} from './decode.js';

/** Above these a report was not written by this tool. */
const most = {targets: 20_000, claims: 100_000, symbols: 200_000, lines: 100_000} as const;

const decodeVerdict: Decoder<Verdict> = (value, at) => {
	const {kind} = asObject(value, at);
	return verdicts[oneOf(verdictKinds)(kind, `${at}.kind`)](value, at);
};

const because = oneOf(causes);
const verdicts: {readonly [K in VerdictKind]: Decoder<Verdict>} = {
	honored: record<Verdict & {kind: 'honored'}>({kind: oneOf(['honored']), calls: count(1)}),
	partial: record<Verdict & {kind: 'partial'}>({
		kind: oneOf(['partial']),
		calls: count(1),
		bypassed: count(1),
		because,
	}),
	bypassed: record<Verdict & {kind: 'bypassed'}>({kind: oneOf(['bypassed']), bypassed: nullable(count(1)), because}),
	uncalled: record<Verdict & {kind: 'uncalled'}>({kind: oneOf(['uncalled'])}),
	absent: record<Verdict & {kind: 'absent'}>({kind: oneOf(['absent'])}),
	inconclusive: record<Verdict & {kind: 'inconclusive'}>({kind: oneOf(['inconclusive']), because: text}),
};

const decodeSweep = record<SweepReport>({
	functions: count(0),
	called: count(0),
	calls: record({honored: count(0), bypassed: nullable(count(0))}),
	symbols: listOf(
		record({
			symbol: text,
			callers: listOf(
				record({caller: oneOf(callers), honored: count(0), bypassed: nullable(count(0))}),
				callers.length,
			),
			references: record({preemptible: count(0), bound: count(0)}),
			tailCalls: count(0),
		}),
		most.symbols,
	),
});

const decodeTarget = record<TargetReport>({
	id: text,
	executable: text,
	interpreter: record({
		path: text,
		soname: nullable(text),
		buildId: nullable(text),
		linkage: oneOf(['static', 'shared']),
	}),
	python: record({implementation: text, version: text, abiflags: text, debug: flag, freeThreaded: flag}),
	declared: record({facts: listOf(record({name: text, value: text, source: text}), most.lines)}),
	binding: record({
		mode: oneOf(bindingModes),
		functions: count(0),
		preemptible: count(0),
		partial: count(0),
		bound: count(0),
		unreferenced: count(0),
	}),
	claims: listOf(
		record<ClaimReport>({id: text, symbol: text, route: oneOf(routes), family: text, verdict: decodeVerdict}),
		most.claims,
	),
	sweep: nullable(decodeSweep),
	findings: listOf(record({kind: text, message: text}), most.lines),
});

export const decodeReport = record<Report>({
	schema: (value): 1 => value as 1,
	tool: record<Report['tool']>({name: oneOf(['pyinterpose']), version: text}),
	host: record({machine: text, libc: text, kernel: text}),
	targets: listOf(decodeTarget, most.targets),
	failures: listOf(record({target: text, message: text}), most.lines),
	totals: record<Report['totals']>({
		inconclusive: count(0),
		bypassed: count(0),
		partial: count(0),
		uncalled: count(0),
		absent: count(0),
		honored: count(0),
	}),
});
