/** This file counts, in functions, how those of one kind fare when one caller calls them: what works, what does not, why. */

import type {Route} from '../../model/claim.js';
import {byCodeUnit} from '../../model/order.js';
import type {FunctionReport, TargetReport} from '../../model/report.js';
import type {Cause, Verdict} from '../../model/verdict.js';

/** By who defines it: `python` is what the interpreter exports, `libc` what it takes from elsewhere. */
export const functionKinds = ['python', 'libc'] as const;
export type FunctionKind = (typeof functionKinds)[number];

/** Who calls, in the order of the rows. Calls through a table are the interpreter's own; `deepbind` says nothing of a build. */
export const callerRows = ['interpreter', 'executable', 'extension', 'library', 'dlsym'] as const;
export type CallerRow = (typeof callerRows)[number];
export const otherCallers: readonly CallerRow[] = callerRows.filter(caller => caller !== 'interpreter');

/** What becomes of the calls of one function: all reach the override, some, none, or it could not be found out. */
export type Fate = 'works' | 'partly' | 'lost' | 'unknown';

export interface FunctionFate {
	readonly symbol: string;
	/** Whether it is of the curated list, and so known to people. */
	readonly known: boolean;
	readonly fate: Fate;
	/** Whether nobody called it, so that its references alone tell what would be. */
	readonly predicted: boolean;
	readonly because: Cause | null;
	/** Why it is not known. */
	readonly reason: string | null;
}

export interface Standing {
	readonly kind: FunctionKind;
	/** Sorted by symbol; functions that the caller has no way to call are not there. */
	readonly functions: readonly FunctionFate[];
}

/** Only the callers that call some function of some kind. */
export function standingsOf(target: TargetReport): readonly {caller: CallerRow; standings: readonly Standing[]}[] {
	return callerRows
		.map(caller => ({caller, standings: functionKinds.map(kind => standingOf(target, kind, [caller]))}))
		.filter(({standings}) => standings.some(({functions}) => functions.length > 0));
}

/** Of several callers together: a function works where it works for each of them. Each is drawn up once, for layouts ask again and again. */
export function standingOf(
	{functions}: Pick<TargetReport, 'functions'>,
	kind: FunctionKind,
	callers: readonly CallerRow[],
): Standing {
	const known = drawnUp.get(functions) ?? new Map<string, Standing>();
	drawnUp.set(functions, known);
	const key = [kind, ...callers].join(' ');
	const standing = known.get(key) ?? drawUp(functions, kind, callers);
	known.set(key, standing);
	return standing;
}

const drawnUp = new WeakMap<readonly FunctionReport[], Map<string, Standing>>();

function drawUp(functions: readonly FunctionReport[], kind: FunctionKind, callers: readonly CallerRow[]): Standing {
	const fates = functions
		.filter(one => kindOf(one) === kind)
		.flatMap(({symbol, family, calls}) => {
			const verdicts = calls
				.filter(({caller}) => {
					const row = rowOf[caller];
					return row !== null && callers.includes(row);
				})
				.map(({verdict}) => verdict);
			return fateOf(symbol, family !== null, verdicts);
		});
	return {kind, functions: fates.sort((a, b) => byCodeUnit(a.symbol, b.symbol))};
}

export function countOf({functions}: Standing, fate: Fate): number {
	return functions.filter(one => one.fate === fate).length;
}

/** Why functions are lost, or lost in part; the most frequent first. */
export function causesOf(functions: readonly FunctionFate[]): readonly Cause[] {
	const counts = new Map<Cause, number>();
	for (const {because} of functions) if (because !== null) counts.set(because, (counts.get(because) ?? 0) + 1);
	return [...counts].sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b)).map(([cause]) => cause);
}

/** Null for what is no function: a shim that changes a result. */
function kindOf({family, definedBy}: FunctionReport): FunctionKind | null {
	if (family?.startsWith('effect-') === true) return null;
	return definedBy === 'interpreter' ? 'python' : 'libc';
}

/** Null for what says nothing of a build. */
export const rowOf = {
	interpreter: 'interpreter',
	table: 'interpreter',
	executable: 'executable',
	extension: 'extension',
	library: 'library',
	dlsym: 'dlsym',
	deepbind: null,
} as const satisfies Record<Route, CallerRow | null>;

function fateOf(symbol: string, known: boolean, verdicts: readonly Verdict[]): FunctionFate[] {
	const fates = verdicts.flatMap(verdict => fateOfVerdict(verdict) ?? []);
	if (fates.length === 0) return [];
	const because = verdicts.flatMap(verdict =>
		'because' in verdict && verdict.kind !== 'inconclusive' ? verdict.because : [],
	)[0];
	const reason = verdicts.flatMap(verdict => (verdict.kind === 'inconclusive' ? verdict.because : []))[0];
	return [
		{
			symbol,
			known,
			fate: together(fates),
			predicted: verdicts.every(({kind}) => kind === 'uncalled' || kind === 'absent'),
			because: because ?? null,
			reason: reason ?? null,
		},
	];
}

/** What is lost for certain is not hidden by what is not known. */
function together(fates: readonly Fate[]): Fate {
	if (fates.every(fate => fate === fates[0])) return fates[0] ?? 'unknown';
	if (fates.includes('lost') || fates.includes('partly'))
		return fates.every(fate => fate === 'lost' || fate === 'unknown') ? 'lost' : 'partly';
	return 'unknown';
}

/** Null where there is no such call. An uncalled function counts by what its references predict. */
function fateOfVerdict(verdict: Verdict): Fate | null {
	switch (verdict.kind) {
		case 'honored':
			return 'works';
		case 'partial':
			return 'partly';
		case 'bypassed':
			return 'lost';
		case 'uncalled':
			return verdict['would-be'] === null ? null : predictedFates[verdict['would-be']];
		case 'absent':
			return null;
		case 'inconclusive':
			return 'unknown';
	}
}

const predictedFates = {honored: 'works', partial: 'partly', bypassed: 'lost'} as const;
