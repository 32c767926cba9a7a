/** This file says what a report's JSON is made of; schema/report.schema.json says the same, and a test compares them. */

import {bindingModes, type InlinedTotals} from '../model/binding.js';
import {families, routes} from '../model/claim.js';
import type {
	CallsReport,
	Counts,
	FunctionReferences,
	FunctionReport,
	InlinedCalls,
	Report,
	TargetReport,
} from '../model/report.js';
import {causes, predictions, type Verdict, type VerdictKind, verdictKinds} from '../model/verdict.js';
import {added, asObject, count, type Decoder, flag, listOf, nullable, oneOf, record, text} from './decode.js';

/** Above these a report was not written by this tool. */
const most = {targets: 20_000, functions: 300_000, lines: 100_000} as const;

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
		bypassed: count(0),
		bound: count(0),
		because,
	}),
	bypassed: record<Verdict & {kind: 'bypassed'}>({kind: oneOf(['bypassed']), bypassed: nullable(count(1)), because}),
	uncalled: record<Verdict & {kind: 'uncalled'}>({
		kind: oneOf(['uncalled']),
		references: count(0),
		'would-be': nullable(oneOf(predictions)),
	}),
	absent: record<Verdict & {kind: 'absent'}>({kind: oneOf(['absent'])}),
	inconclusive: record<Verdict & {kind: 'inconclusive'}>({kind: oneOf(['inconclusive']), because: text}),
};

const decodeCounts = nullable(record<Counts>({honored: count(0), bypassed: nullable(count(0))}));

const decodeFunction = record<FunctionReport>({
	symbol: text,
	family: nullable(oneOf(families)),
	definedBy: text,
	references: nullable(
		record<FunctionReferences>({
			preemptible: count(0),
			bound: count(0),
			recursive: count(0),
			folded: count(0),
			inlined: added(nullable(count(0)), null),
		}),
	),
	inlined: added(nullable(record<InlinedCalls>({calls: count(0), counted: count(0), left: count(0)})), null),
	calls: listOf(
		record<CallsReport>({
			caller: oneOf(routes),
			honored: count(0),
			bypassed: nullable(count(0)),
			probe: decodeCounts,
			workload: decodeCounts,
			verdict: decodeVerdict,
		}),
		routes.length,
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
	inlined: added<InlinedTotals>(
		record({places: nullable(count(0)), functions: nullable(count(0)), reason: nullable(text)}),
		{places: null, functions: null, reason: 'the report is of a version that did not look for them'},
	),
	functions: listOf(decodeFunction, most.functions),
	findings: listOf(record({kind: text, message: text}), most.lines),
});

export const decodeReport = record<Report>({
	schema: (value): 2 => value as 2,
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
