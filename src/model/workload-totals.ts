/** This file adds up what a report says of the workload, which ran while every function was overridden. */

import {type Caller, libcFamilies, type Route} from './claim.js';
import type {FunctionReport, TargetReport} from './report.js';

export interface WorkloadTotals {
	/** Functions that were overridden. */
	readonly overridden: number;
	/** Those that were called at all. */
	readonly called: number;
	/** Called functions of which no call passed the override by. */
	readonly whole: number;
	readonly honored: number;
	/** Null where calls past an override were not counted. */
	readonly bypassed: number | null;
}

/** Of the interpreter's functions. Null where no workload was run. `by` names the one caller that is asked for; all are added up without it. */
export function workloadTotals({functions}: Pick<TargetReport, 'functions'>, by?: Caller): WorkloadTotals | null {
	return totalsOf(
		functions.filter(one => !isOfLibc(one)),
		by,
	);
}

/** The same of libc's functions, as far as they are counted. */
export function libcTotals({functions}: Pick<TargetReport, 'functions'>): WorkloadTotals | null {
	return totalsOf(functions.filter(isOfLibc));
}

/** Whether it is one of libc's on the curated list. */
export function isOfLibc({family}: Pick<FunctionReport, 'family'>): boolean {
	return (libcFamilies as readonly (string | null)[]).includes(family);
}

function totalsOf(functions: readonly FunctionReport[], by?: Caller): WorkloadTotals | null {
	const ran = functions.map(one => workloadCalls(one, by)).filter(calls => calls.length > 0);
	if (ran.length === 0) return null;
	const called = ran.filter(calls => calls.some(({honored, bypassed}) => honored > 0 || (bypassed ?? 0) > 0));
	const counts = called.flat();
	return {
		overridden: ran.length,
		called: called.length,
		whole: called.filter(calls => calls.every(({bypassed}) => bypassed === 0)).length,
		honored: counts.reduce((sum, {honored}) => sum + honored, 0),
		bypassed: counts.every(({bypassed}) => bypassed === null)
			? null
			: counts.reduce((sum, {bypassed}) => sum + (bypassed ?? 0), 0),
	};
}

export interface WorkloadCalls {
	readonly caller: Caller | Route;
	readonly honored: number;
	readonly bypassed: number | null;
}

/** The workload's calls of one function, by caller; none where it was not run. */
export function workloadCalls({calls}: FunctionReport, by?: Caller): readonly WorkloadCalls[] {
	return calls.flatMap(({caller, workload}) =>
		workload === null || (by !== undefined && caller !== by) ? [] : [{caller, ...workload}],
	);
}
