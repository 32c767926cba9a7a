/** This file defines what can be said of one claim on one build, and why. */

export const causes = [
	'executable-defines-it',
	'other-object-defines-it',
	'same-unit',
	'lto',
	'symbolic-functions',
	'symbolic',
	'protected',
	'handed-out-address',
	'handle',
	'deepbind',
	'version',
	'preload-dropped',
	'unknown',
] as const;
/** Why a call passes an override by. */
export type Cause = (typeof causes)[number];

/** What references to a function predict of a call that nobody has made yet. */
export const predictions = ['honored', 'partial', 'bypassed'] as const;
export type Prediction = (typeof predictions)[number];

/** `calls` ran the override, `bypassed` entered the real function without it: sums over the probes' rounds and the workload. */
export type Verdict =
	| {readonly kind: 'honored'; readonly calls: number}
	| {
			readonly kind: 'partial';
			readonly calls: number;
			readonly bypassed: number;
			/** References that no override can reach, of the interpreter's own; 0 for every other caller. */
			readonly bound: number;
			readonly because: Cause;
	  }
	/** `bypassed` is null where the calls could not be counted, and the references alone tell. */
	| {readonly kind: 'bypassed'; readonly bypassed: number | null; readonly because: Cause}
	| {
			readonly kind: 'uncalled';
			/** The references of the calling object, of either sort. */
			readonly references: number;
			/** Null where there is no reference: then the build makes no such call. */
			readonly 'would-be': Prediction | null;
	  }
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
