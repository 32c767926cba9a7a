/** This file reads a report by claims: one function and one caller or route each, under the id that contracts name. */

import type {Route} from './claim.js';
import type {CallsReport, FunctionReport, TargetReport} from './report.js';
import type {Verdict} from './verdict.js';

export interface ClaimReport {
	/** `PyErr_Occurred/interpreter`. */
	readonly id: string;
	readonly symbol: string;
	readonly route: Route;
	/** The curated family, else the symbol's prefix: `PyUnicode*`. */
	readonly family: string;
	readonly verdict: Verdict;
}

/** Sorted by id, as the report's functions are by symbol and their calls by caller. */
export function reportedClaims({functions}: Pick<TargetReport, 'functions'>): readonly ClaimReport[] {
	return functions.flatMap(one => one.calls.map(calls => claimReport(one, calls)));
}

/** Those of the functions that a probe calls. */
export function curatedClaims({functions}: Pick<TargetReport, 'functions'>): readonly ClaimReport[] {
	return reportedClaims({functions: functions.filter(({family}) => family !== null)});
}

function claimReport({symbol, family}: FunctionReport, {caller, verdict}: CallsReport): ClaimReport {
	return {id: `${symbol}/${caller}`, symbol, route: caller, family: family ?? prefixOf(symbol), verdict};
}

/** `PyUnicode*`; `other*` for what is not named as Python's functions are. */
function prefixOf(symbol: string): string {
	return `${/^_?Py[A-Z]*[a-z]*/.exec(symbol)?.[0] ?? 'other'}*`;
}
