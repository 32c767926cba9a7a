/** This file gives a run its targets: found, started once each, described, and told apart. */

import type {Failure} from '../model/report.js';
import type {FoundTarget, Root, Target} from '../model/target.js';
import {allOf} from '../process/at-once.js';
import {compileLibrary} from './compile-library.js';
import {describeTarget} from './describe.js';
import {failureOf, findAll, findTargets} from './find.js';
import {type ObjectReader, objectReader} from './objects.js';
import {findInRoot} from './packages.js';
import {withOriginalNames} from './root-names.js';
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
	roots: readonly Root[] = [],
): Promise<FoundTargets> {
	const read = objectReader(surroundings.env);
	const found =
		wanted.kind === 'all' ? await findAll(read, surroundings) : await findTargets(wanted.names, read, surroundings);
	const packed = await allOf(roots.map(root => findInRoot(root, read, surroundings)));
	const targets: Target[] = [];
	const failures: Failure[] = [
		...found.failures,
		...packed.flatMap(({failures}, index) => withOriginalNames(failures, roots[index] as Root)),
	];
	for (const candidate of [...found.targets, ...packed.flatMap(({targets}) => targets)]) {
		const {given, root} = candidate;
		if ((wanted.kind === 'all' || root !== undefined) && isInterpreterOfAny(candidate, targets)) continue;
		try {
			targets.push(await describeOne(candidate, read, launch, surroundings));
		} catch (error) {
			surroundings.signal.throwIfAborted();
			const failure = failureOf(given, error);
			failures.push(root === undefined ? failure : withOriginalNames(failure, root));
		}
	}
	return {targets: distinct(targets), failures};
}

async function describeOne(
	found: FoundTarget,
	read: ObjectReader,
	launch: Launcher,
	surroundings: Surroundings,
): Promise<Target> {
	const target = await describeTarget(found, read, launch, surroundings);
	if (target.root !== undefined) await compileLibrary(target, target.root, launch, surroundings);
	return target;
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
