/** This file finds the Pythons in packages, which it unpacks for as long as a run lasts. */

import {existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {archiveForm} from '../archive/archive-form.js';
import {placeIn} from '../archive/places.js';
import {type Packed, type Unpacked, unpackInto} from '../archive/unpack.js';
import {readElf} from '../elf/elf.js';
import type {Failure} from '../model/report.js';
import type {FoundTarget, Root} from '../model/target.js';
import {nativeFile} from '../native.js';
import {readHead} from '../object/object-file.js';
import {withTemporaryFolder} from '../process/temporary.js';
import {complain} from './complaints.js';
import {missingPackage} from './control.js';
import {failureOf} from './find.js';
import {librariesFor} from './launch.js';
import {machineHeader} from './machine.js';
import {isLibpython, type ObjectReader} from './objects.js';
import {startedBy} from './own-loader.js';
import {resolveTarget} from './resolve.js';
import {originalName} from './root-names.js';
import type {Surroundings} from './surroundings.js';

export function isPackage(name: string): boolean {
	return archiveForm(name) !== null;
}

/** Roots, and the packages that give none. */
export interface PackedRoots {
	readonly roots: readonly Root[];
	readonly failures: readonly Failure[];
}

/** Calls `work` with the packages' roots, which are gone when it has ended. */
export async function withPackages<T>(
	names: readonly string[],
	surroundings: Surroundings,
	work: (packed: PackedRoots) => Promise<T>,
): Promise<T> {
	if (names.length === 0) return work({roots: [], failures: []});
	return withTemporaryFolder(surroundings.env, 'code', async folder => {
		const roots: Root[] = [];
		const failures: Failure[] = [];
		for (const [index, group] of rootsOf(names).entries()) {
			try {
				roots.push(await rootOf(join(realpathSync(folder), `${index + 1}`), group, surroundings.signal));
			} catch (error) {
				surroundings.signal.throwIfAborted();
				failures.push(failureOf(group.join(' '), error));
			}
		}
		return work({roots, failures});
	});
}

/** The packages of a distribution are parts of one root; an archive of a whole Python is one by itself. */
function rootsOf(names: readonly string[]): readonly (readonly string[])[] {
	const whole = names.filter(name => archiveForm(name) === 'tar');
	const parts = names.filter(name => archiveForm(name) !== 'tar');
	return [...(parts.length === 0 ? [] : [parts]), ...whole.map(name => [name])];
}

async function rootOf(folder: string, names: readonly string[], signal: AbortSignal): Promise<Root> {
	mkdirSync(folder);
	const unpacked = await unpackInto(folder, names.map(packedOf), {...bounds, signal});
	const missing = missingPackage(unpacked.controls);
	if (missing !== null) throw complain({kind: 'missing-package', ...missing});
	return {
		folder,
		given: names,
		packages: unpacked.files,
		libraries: libraryFolders(unpacked).map(place => join(folder, place)),
		loader: loaderIn(folder, unpacked),
	};
}

/** Of one package, unpacked: more than that is no Python's. */
const bounds = {unpacked: 4 * 2 ** 30, member: 4 * 2 ** 30} as const;

function packedOf(path: string): Packed {
	const form = archiveForm(path);
	if (!existsSync(path)) throw complain({kind: 'no-such-file', path});
	if (form === 'zip' || form === null) throw complain({kind: 'wheel', path});
	return {path, form};
}

/** Where a loader of the packages' own system looks, and where a libpython is: the program may name the place where it is installed. */
function libraryFolders({files, links}: Unpacked): readonly string[] {
	const libraries = [...files.keys(), ...links.keys()].filter(place => /\.so(\.|$)/.test(basename(place)));
	const wanted = libraries.filter(place => systemFolder.test(dirname(place)) || libraryName.test(basename(place)));
	return [...new Set(wanted.map(dirname))].sort();
}

const systemFolder = /^(usr\/(local\/)?)?lib(64|32|x32)?(\/[\w]+-linux-[\w]+)?$/;

/** The one of the name that our launcher asks for. */
function loaderIn(folder: string, {files, links}: Unpacked): string | null {
	const wanted = basename(readElf(readFileSync(nativeFile('launcher'))).interpreter ?? '');
	const names = [...files.keys(), ...links.keys()].filter(place => basename(place) === wanted);
	const place = names.map(name => placeIn(links, name)).find(place => place !== null && files.has(place));
	return place == null ? null : join(folder, place);
}

/** The interpreters first, then the libpythons. What bears such a name and cannot be tested is a failure. */
export async function findInRoot(
	root: Root,
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<{readonly targets: readonly FoundTarget[]; readonly failures: readonly Failure[]}> {
	const targets: FoundTarget[] = [];
	const failures: Failure[] = [];
	for (const path of pythonsIn(root)) {
		try {
			if (root.loader !== null && !isLibpython(path)) startBy(path, root.loader);
			targets.push({...(await resolveTarget(path, read, surroundings)), ...startedIn(root, path, surroundings)});
		} catch (error) {
			surroundings.signal.throwIfAborted();
			failures.push(failureOf(originalName(path, root), error));
		}
	}
	if (targets.length > 0 || failures.length > 0) return {targets, failures};
	const path = root.given.join(' ');
	return {targets, failures: [failureOf(path, complain({kind: 'no-python-inside', path, files: root.packages.size}))]};
}

function pythonsIn({folder, packages}: Root): readonly string[] {
	const files = [...packages.keys()].sort().map(place => join(folder, place));
	const named = (name: RegExp) => files.filter(path => name.test(basename(path)) && isElf(path));
	return [...named(programName), ...named(libraryName)];
}

const programName = /^python\d+(\.\d+)?[a-z]*$/;
const libraryName = /^libpython\d+\.\d+_?[a-z]*\.so(\.\d+)*$/;

function isElf(path: string): boolean {
	return machineHeader(Buffer.from(readHead(path))) !== null;
}

/** The file is ours: it is there for this run alone. */
function startBy(path: string, loader: string): void {
	writeFileSync(path, startedBy(readFileSync(path), loader), {mode: 0o700});
}

function startedIn(root: Root, path: string, {env}: Surroundings): Partial<FoundTarget> {
	const given = originalName(path, root);
	const libraries = librariesFor(root, env);
	if (isLibpython(path) || libraries.length === 0) return {given, root};
	const through = {argv: [], env: {LD_LIBRARY_PATH: libraries.join(':')}, libpythons: [], preload: 'kept' as const};
	return {given, root, through};
}
