/** This file gives a run its targets: found, started once each, described, and told apart. */

import type {Failure} from '../model/report.js';
import type {FoundTarget, Root, Target} from '../model/target.js';
import {allOf, atOnce} from '../process/at-once.js';
import {beginThread} from '../process/beside.js';
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
	// Of what nothing is known yet there is much to read.
	const read = objectReader(surroundings.env, surroundings.foresee === undefined ? undefined : beginThread);
	const found =
		wanted.kind === 'all' ? await findAll(read, surroundings) : await findTargets(wanted.names, read, surroundings);
	const packed = await allOf(roots.map(root => findInRoot(root, read, surroundings)));
	const candidates = [...found.targets, ...packed.flatMap(({targets}) => targets)];
	const described = await describeAll(candidates, wanted.kind === 'all', surroundings.jobs ?? 1, one =>
		describeOne(one, read, launch, surroundings),
	);
	return {
		targets: distinct(described.filter(isTarget)),
		failures: [
			...found.failures,
			...packed.flatMap(({failures}, index) => withOriginalNames(failures, roots[index] as Root)),
			...described.filter(isFailure),
		],
	};
}

/** In the order of the candidates. Libraries are looked at when the interpreters are known: each may be one's own, and is left out then. */
async function describeAll(
	candidates: readonly FoundTarget[],
	all: boolean,
	jobs: number,
	describe: (candidate: FoundTarget) => Promise<Target | Failure>,
): Promise<readonly (Target | Failure)[]> {
	const described = new Map<FoundTarget, Target | Failure>();
	for (const kind of ['interpreter', 'library'] as const) {
		const known = [...described.values()].filter(isTarget);
		const wave = candidates.filter(
			one => one.kind === kind && !((all || one.root !== undefined) && isInterpreterOfAny(one, known)),
		);
		await atOnce(jobs, wave, async one => described.set(one, await describe(one)));
	}
	return candidates.flatMap(one => described.get(one) ?? []);
}

function isTarget(one: Target | Failure): one is Target {
	return 'exports' in one;
}

function isFailure(one: Target | Failure): one is Failure {
	return !isTarget(one);
}

async function describeOne(
	found: FoundTarget,
	read: ObjectReader,
	launch: Launcher,
	surroundings: Surroundings,
): Promise<Target | Failure> {
	try {
		const target = await describeTarget(found, read, launch, surroundings);
		if (target.root !== undefined) await compileLibrary(target, target.root, launch, surroundings);
		return target;
	} catch (error) {
		surroundings.signal.throwIfAborted();
		const failure = failureOf(found.given, error);
		return found.root === undefined ? failure : withOriginalNames(failure, found.root);
	}
}

/** A libpython that an interpreter of the machine is linked to is tested with that interpreter; libraries come last. */
function isInterpreterOfAny({path}: FoundTarget, targets: readonly Target[]): boolean {
	return targets.some(({interpreter}) => interpreter.path === path);
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
