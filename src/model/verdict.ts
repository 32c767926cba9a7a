/** This file defines what can be said of one claim on one build, and why. */

export const causes = [
	'executable-defines-it',
	'same-unit',
	'lto',
	'symbolic-functions',
	'symbolic',
	'protected',
	'deepbind',
	'preload-dropped',
	'unknown',
] as const;
/** Why a call passes an override by. */
export type Cause = (typeof causes)[number];

/** Calls are differences between two phases of a probe, never raw totals. */
export type Verdict =
	| {readonly kind: 'honored'; readonly calls: number}
	| {readonly kind: 'partial'; readonly calls: number; readonly bypassed: number; readonly because: Cause}
	| {readonly kind: 'bypassed'; readonly bypassed: number | null; readonly because: Cause}
	| {readonly kind: 'uncalled'}
	| {readonly kind: 'absent'}
	| {readonly kind: 'inconclusive'; readonly because: string};

export type VerdictKind = Verdict['kind'];

/** Worst first: the order in which reports list them. */
export const verdictKinds = [
	'inconclusive',
	'bypassed',
	'partial',
	'uncalled',
	'absent',
	'honored',
] as const satisfies readonly VerdictKind[];
