/** This file finds which build of one report answers to which build of another. */

import type {Report, TargetReport} from '../model/report.js';

export interface Pairs {
	readonly pairs: readonly (readonly [before: TargetReport, after: TargetReport])[];
	readonly onlyBefore: readonly TargetReport[];
	readonly onlyAfter: readonly TargetReport[];
}

/**
 * Pairs builds that agree in a key which no other build of either report has: the id first, then what a rebuild keeps, from the most
 * telling to the least; at last a single build that is left on each side.
 */
export function pairBuilds(before: Report, after: Report): Pairs {
	const left = [...before.targets];
	const right = [...after.targets];
	const pairs: [TargetReport, TargetReport][] = [];
	for (const key of keys) {
		for (const one of [...left]) {
			const likes = left.filter(other => key(other) === key(one));
			const matches = right.filter(other => key(other) === key(one));
			const [match] = matches;
			if (likes.length !== 1 || matches.length !== 1 || match === undefined) continue;
			pairs.push([one, match]);
			left.splice(left.indexOf(one), 1);
			right.splice(right.indexOf(match), 1);
		}
	}
	return {pairs, onlyBefore: left, onlyAfter: right};
}

const keys: readonly ((target: TargetReport) => string)[] = [
	({id}) => id,
	target => `${traits(target)} ${target.python.version} ${target.interpreter.linkage}`,
	target => `${traits(target)} ${target.python.version}`,
	target => `${traits(target)} ${series(target)} ${target.interpreter.linkage}`,
	target => `${traits(target)} ${series(target)}`,
	() => 'the only one left',
];

function traits({python}: TargetReport): string {
	return `${python.implementation} ${python.debug} ${python.freeThreaded}`;
}

/** 3.11 of 3.11.2. */
function series({python}: TargetReport): string {
	return python.version.split('.').slice(0, 2).join('.');
}
