/** This file asks the table of known tools who is hit on a build, for every format that tells it. */

import type {ToolFate} from '../model/known-tool.js';
import type {TargetReport} from '../model/report.js';

export type FatesOn = (target: TargetReport) => readonly ToolFate[];

/** Each build is looked at once, whatever the number of formats. */
export async function fatesOn(): Promise<FatesOn> {
	const {whoIsHit} = await import('../catalog/who-is-hit.js');
	const known = new WeakMap<TargetReport, readonly ToolFate[]>();
	return target => {
		const found = known.get(target) ?? whoIsHit(callFates(target));
		known.set(target, found);
		return found;
	};
}

function callFates({functions}: TargetReport) {
	return functions.flatMap(({symbol, calls}) =>
		calls.map(({caller, verdict}) => ({
			symbol,
			caller,
			verdict: {
				kind: verdict.kind,
				...('because' in verdict ? {because: verdict.because} : {}),
				...('would-be' in verdict ? {wouldBe: verdict['would-be']} : {}),
			},
		})),
	);
}
