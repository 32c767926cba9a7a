/** This file finds the targets of a run: those that the user names, the default, or every Python on the machine. */

import {statSync} from 'node:fs';
import {SuiteError} from '../errors.js';
import type {Failure} from '../model/report.js';
import type {FoundTarget} from '../model/target.js';
import {isOutOfDescriptors} from '../process/file-errors.js';
import {installedPythons} from './installed.js';
import type {ObjectReader} from './objects.js';
import {resolveTarget} from './resolve.js';
import type {Surroundings} from './surroundings.js';

export interface Found {
	readonly targets: readonly FoundTarget[];
	readonly failures: readonly Failure[];
}

/** Each named target once, in the order given; what is no Python becomes a failure and leaves the others alone. */
export async function findTargets(
	names: readonly string[],
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<Found> {
	const {targets, failures} = await resolveEach(names, read, surroundings);
	return {targets: onceEach(targets, sameFileNote), failures};
}

/** What is tested when nothing is named. PYTHON may hold several, separated by colons. */
export function defaultNames(env: Surroundings['env']): readonly string[] {
	const names = (env.PYTHON ?? '').split(':').filter(name => name !== '');
	return names.length > 0 ? names : ['python3'];
}

/** Every Python of the machine, once each. A wrapper that does not answer is no Python, and no failure either. */
export async function findAll(read: ObjectReader, surroundings: Surroundings): Promise<Found> {
	const {elf, scripts, libraries} = installedPythons(surroundings.env);
	const certain = await resolveEach([...elf, ...libraries], read, surroundings);
	const wrapped = await resolveEach(scripts, read, surroundings);
	const targets = [...certain.targets, ...wrapped.targets.map(target => ({...target, notes: []}))];
	return {targets: onceEach(targets, null), failures: certain.failures};
}

async function resolveEach(
	names: readonly string[],
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<{targets: FoundTarget[]; failures: Failure[]}> {
	const targets: FoundTarget[] = [];
	const failures: Failure[] = [];
	// In turn: a wrapper takes as long as it takes, and there are few.
	for (const given of names) {
		try {
			targets.push(await resolveTarget(given, read, surroundings));
		} catch (error) {
			surroundings.signal.throwIfAborted();
			failures.push(failureOf(given, error));
		}
	}
	return {targets, failures};
}

/** Errors: rethrows what is no SuiteError, and where no more files may be opened. An error that ends the whole run is not to be given to it. */
export function failureOf(target: string, error: unknown): Failure {
	if (!(error instanceof SuiteError) || isOutOfDescriptors(error.cause)) throw error;
	return {target, message: error.hint === undefined ? error.message : `${error.message} ${error.hint}`};
}

type Note = (first: FoundTarget, second: FoundTarget) => FoundTarget['notes'];

const sameFileNote: Note = (first, second) => [
	{
		kind: 'same-file',
		message: `${first.given} and ${second.given} are the same file, ${first.path}; it is tested once.`,
	},
];

function onceEach(targets: readonly FoundTarget[], note: Note | null): FoundTarget[] {
	const byFile = new Map<string, FoundTarget>();
	for (const target of targets) {
		const key = keyOf(target);
		const first = byFile.get(key);
		if (first === undefined) byFile.set(key, target);
		else if (note !== null) byFile.set(key, {...first, notes: [...first.notes, ...note(first, target)]});
	}
	return [...byFile.values()];
}

/** A wrapper that leads to other libraries, or loses the preload on its way, makes another target of the same file. */
function keyOf({path, through}: FoundTarget): string {
	if (through === undefined) return fileKey(path);
	const {libpythons, preload, env} = through;
	const libraries = env.LD_LIBRARY_PATH === undefined ? [] : libpythons;
	return [fileKey(path), ...libraries, ...(preload === 'dropped' ? [preload] : [])].join(' ');
}

/** Device and inode, which all names of one file have in common, hard links included. */
function fileKey(path: string): string {
	const {dev, ino} = statSync(path, {bigint: true});
	return `${dev}:${ino}`;
}
