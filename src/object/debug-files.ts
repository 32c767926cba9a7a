/** This file finds the debug information of an object: in the object itself, or in a file that a distribution keeps apart. */

import {existsSync, realpathSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {crc32} from 'node:zlib';
import {type DebugInformation, openDebugInformation} from '../dwarf/debug-information.js';
import {buildIdOf, debugLinkOf, type SharedLink, sharedLinkOf} from '../dwarf/links.js';
import type {Sectioned} from '../dwarf/sections.js';
import {SHT_NOBITS} from '../elf/abi.js';
import {readHeader} from '../elf/header.js';
import {readSections} from '../elf/sections.js';
import {ElfError, SuiteError} from '../errors.js';
import type {Environment} from '../process/temporary.js';
import {readObjectFile} from './object-file.js';

export type FoundDebugInformation =
	| {
			readonly kind: 'found';
			/** The file that has it, and the one that it shares with others. */
			readonly paths: readonly string[];
			/** All places where it was looked for: what is there decides on the result. */
			readonly looked: readonly string[];
			/** Parsed when it is asked for. Errors: ElfError. */
			open(): DebugInformation;
	  }
	/** `reason`: a clause without a full stop. */
	| {readonly kind: 'missing'; readonly reason: string; readonly looked: readonly string[]};

/** Errors: ElfError where the object itself is damaged; SuiteError where it cannot be read. */
export function findDebugInformation(path: string, env: Environment): FoundDebugInformation {
	const own = readSectioned(path);
	if (hasInformation(own)) return found(path, own, []);
	const buildId = buildIdOf(own);
	const link = debugLinkOf(own);
	const reasons: string[] = [];
	const looked = candidates(path, buildId, link?.name ?? null, env);
	for (const candidate of looked) {
		if (!existsSync(candidate)) continue;
		const refused = refuse(candidate, buildId, link?.crc32 ?? null);
		if (typeof refused !== 'string') return found(candidate, refused, looked);
		reasons.push(refused);
	}
	return {kind: 'missing', reason: reasons[0] ?? missing(buildId), looked};
}

function missing(buildId: string | null): string {
	if (buildId === null) return 'it has no debug information, and no build-id by which to find any';
	return `it has no debug information, and no file for its build-id ${buildId} is installed`;
}

/** Where debuggers look, in the order in which they do. */
function candidates(path: string, buildId: string | null, link: string | null, env: Environment): readonly string[] {
	const folder = dirname(realpathSync(path));
	return [
		...(buildId === null ? [] : [underBuildId(buildId)]),
		...(link === null || link === ''
			? []
			: [join(folder, '.debug', link), join(folder, link), join(debugFolder, folder, link)]),
		...(buildId === null ? [] : cacheFolders(env).map(cache => join(cache, buildId, 'debuginfo'))),
	].filter(candidate => candidate !== realpathSync(path));
}

const debugFolder = '/usr/lib/debug';

function underBuildId(buildId: string): string {
	return join(debugFolder, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
}

/** Of debuginfod's client: its variable, and its folders of today and of before. */
function cacheFolders({DEBUGINFOD_CACHE_PATH, XDG_CACHE_HOME, HOME}: Environment): readonly string[] {
	if (DEBUGINFOD_CACHE_PATH) return [DEBUGINFOD_CACHE_PATH];
	const caches = XDG_CACHE_HOME || (HOME ? join(HOME, '.cache') : undefined);
	return [
		...(caches === undefined ? [] : [join(caches, 'debuginfod_client')]),
		...(HOME ? [join(HOME, '.debuginfod_client_cache')] : []),
	];
}

/** The file where it is the one that is looked for; why not, as a clause, where it is not. */
function refuse(path: string, buildId: string | null, crc: number | null): Sectioned | string {
	try {
		const file = readSectioned(path);
		const of = buildIdOf(file);
		if (buildId !== null && of !== null) {
			if (of !== buildId) return `${path} is of another build (build-id ${of})`;
		} else if (crc === null || crc32(file.bytes.all) >>> 0 !== crc) {
			return `nothing says that ${path} is of this build`;
		}
		return hasInformation(file) ? file : `${path} has no debug information`;
	} catch (error) {
		if (!(error instanceof SuiteError)) throw error;
		return `${path} cannot be read: ${error.message.replace(/\.$/, '')}`;
	}
}

function readSectioned(path: string): Sectioned {
	const {bytes, header} = readHeader(readObjectFile(path, {debugInformation: true}).bytes);
	return {bytes, sections: readSections(bytes, header)};
}

function hasInformation({sections}: Sectioned): boolean {
	return sections.some(({name, type}) => type !== SHT_NOBITS && /^\.z?debug_info$/.test(name));
}

function found(path: string, file: Sectioned, looked: readonly string[]): FoundDebugInformation {
	const link = sharedLinkOf(file);
	const places = link === null ? [] : sharedPlaces(path, link);
	const shared = link === null ? null : findShared(places, link);
	return {
		kind: 'found',
		paths: [path, ...(shared === null ? [] : [shared.path])],
		looked: [...looked, ...places],
		open: () => mustBeThere(openDebugInformation(file, shared === null ? null : openDebugInformation(shared.file))),
	};
}

function mustBeThere(information: DebugInformation | null): DebugInformation {
	if (information === null) throw new ElfError('There is no section .debug_abbrev', 0);
	return information;
}

function sharedPlaces(path: string, {path: named, buildId}: SharedLink): readonly string[] {
	return [
		resolve(dirname(realpathSync(path)), named),
		join(debugFolder, '.dwz', basename(named)),
		...(buildId === '' ? [] : [underBuildId(buildId)]),
	];
}

/** Null where the file that is named is not there: what it holds then stays unresolved. */
function findShared(
	places: readonly string[],
	{buildId}: SharedLink,
): {readonly path: string; readonly file: Sectioned} | null {
	for (const place of places) {
		if (!existsSync(place)) continue;
		try {
			const file = readSectioned(place);
			if (buildId === '' || buildIdOf(file) === buildId) return {path: place, file};
		} catch (error) {
			if (!(error instanceof SuiteError)) throw error;
		}
	}
	return null;
}
