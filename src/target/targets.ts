/** This file gives a run its targets: found, started once each, described, and told apart. */

import type {Failure} from '../model/report.js';
import type {FoundTarget, Target} from '../model/target.js';
import {describeTarget} from './describe.js';
import {failureOf, findAll, findTargets} from './find.js';
import {objectReader} from './objects.js';
import type {Launcher, Surroundings} from './surroundings.js';

/** The names that the user gave, or all that the machine has. */
export type WantedTargets = {readonly kind: 'named'; readonly names: readonly string[]} | {readonly kind: 'all'};

export interface FoundTargets {
	readonly targets: readonly Target[];
	/** What could not be tested at all, with the reason. */
	readonly failures: readonly Failure[];
}

export async function gatherTargets(
	wanted: WantedTargets,
	launch: Launcher,
	surroundings: Surroundings,
): Promise<FoundTargets> {
	const read = objectReader(surroundings.env);
	const found =
		wanted.kind === 'all' ? await findAll(read, surroundings) : await findTargets(wanted.names, read, surroundings);
	const targets: Target[] = [];
	const failures: Failure[] = [...found.failures];
	for (const candidate of found.targets) {
		if (wanted.kind === 'all' && isInterpreterOfAny(candidate, targets)) continue;
		try {
			targets.push(await describeTarget(candidate, read, launch, surroundings));
		} catch (error) {
			surroundings.signal.throwIfAborted();
			failures.push(failureOf(candidate.given, error));
		}
	}
	return {targets: distinct(targets), failures};
}

/** A libpython that an interpreter of the machine is linked to is tested with that interpreter; libraries come last. */
function isInterpreterOfAny({kind, path}: FoundTarget, targets: readonly Target[]): boolean {
	return kind === 'library' && targets.some(({interpreter}) => interpreter.path === path);
}

/** Two copies of one build, or an interpreter and its own libpython, have one id: the later ones are numbered. */
function distinct(targets: readonly Target[]): Target[] {
	const times = new Map<string, number>();
	return targets.map(target => {
		const time = (times.get(target.id) ?? 0) + 1;
		times.set(target.id, time);
		return time === 1 ? target : {...target, id: `${target.id}-${time}`};
	});
}
