/** This file unpacks archives into one folder, as their files lie in a root, and lets nothing of them out of it. */

import {createWriteStream, linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, utimesSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {TargetError} from '../errors.js';
import {codeOf, fileErrorWords} from '../process/file-errors.js';
import type {ArchiveEntry, FileEntry} from './members.js';
import {controlFolder, packedEntries, type StreamForm} from './packed.js';
import {type Links, placeIn} from './places.js';
import {ArchiveError, type Bounds} from './stream.js';

export interface Packed {
	readonly path: string;
	readonly form: StreamForm;
}

/** What became of the archives. */
export interface Unpacked {
	/** By place in the folder, each regular file and the archive that it is from. */
	readonly files: ReadonlyMap<string, string>;
	readonly links: Links;
	/** By .deb, its control file: what it is called and what it depends on. */
	readonly controls: ReadonlyMap<string, string>;
}

/** Links are written when all files are, so that no file is written through one. Errors: TargetError naming the archive. */
export async function unpackInto(folder: string, archives: readonly Packed[], bounds: Bounds): Promise<Unpacked> {
	const state = {folder, files: new Map(), links: new Map(), linkedBy: new Map(), controls: new Map(), entries: 0};
	for (const archive of archives) await inWords(archive.path, () => unpackOne(archive, state, bounds));
	for (const place of state.links.keys()) {
		await inWords(state.linkedBy.get(place) ?? folder, async () => writeLink(place, state));
	}
	return state;
}

interface Unpacking {
	readonly folder: string;
	readonly files: Map<string, string>;
	readonly links: Map<string, string>;
	/** By the links' places, the archives that they are from. */
	readonly linkedBy: Map<string, string>;
	readonly controls: Map<string, string>;
	entries: number;
}

async function unpackOne({path, form}: Packed, state: Unpacking, bounds: Bounds): Promise<void> {
	for await (const {folder, entry} of packedEntries(path, form, bounds)) {
		state.entries += 1;
		if (state.entries > mostEntries) throw new ArchiveError(`it has more than ${mostEntries} members`);
		if (folder === controlFolder(path)) await readControl(path, entry, state);
		else await unpackEntry(path, entry, state);
	}
}

/** Many times what any Python has: each takes an inode. */
const mostEntries = 500_000;

async function readControl(path: string, entry: ArchiveEntry, state: Unpacking): Promise<void> {
	if (entry.kind !== 'file' || entry.member.name !== 'control') return;
	state.controls.set(path, (await entry.member.take(largestControl)).toString('utf8'));
}

const largestControl = 1 << 20;

async function unpackEntry(path: string, entry: ArchiveEntry, state: Unpacking): Promise<void> {
	const place = placeOf(entry.written, state);
	switch (entry.kind) {
		case 'file':
			state.links.delete(place);
			state.files.set(place, path);
			return writeFile(join(state.folder, place), entry);
		case 'hard-link': {
			const target = placeOf(entry.target, state);
			if (!state.files.has(target)) throw new ArchiveError(`${entry.written} is a link to what it does not have`);
			state.files.set(place, path);
			makeWay(join(state.folder, place));
			return linkSync(join(state.folder, target), join(state.folder, place));
		}
		case 'symbolic-link':
			// A folder that has files in it stays one.
			if (isFolder(join(state.folder, place))) return;
			rmSync(join(state.folder, place), {force: true});
			state.files.delete(place);
			state.links.set(place, entry.target);
			state.linkedBy.set(place, path);
	}
}

/** Errors: ArchiveError for a name that is not one within the root, whatever it would lead to. */
function placeOf(written: string, state: Unpacking): string {
	const parts = written.split('/');
	if (written.startsWith('/')) throw new ArchiveError(`a member has an absolute path (${written})`);
	if (parts.includes('..')) throw new ArchiveError(`a member's path leads out of it (${written})`);
	const folder = placeIn(state.links, dirname(written));
	const name = parts.at(-1) ?? '';
	if (folder === null) throw new ArchiveError(`a link leads out of it (on the way to ${written})`);
	if (name === '' || name === '.') throw new ArchiveError(`a file has no name (${written})`);
	return folder === '' ? name : `${folder}/${name}`;
}

async function writeFile(path: string, {member, isExecutable, modified}: FileEntry): Promise<void> {
	makeWay(path);
	const pieces = async function* () {
		for (let piece = await member.take(pieceSize); piece.length > 0; piece = await member.take(pieceSize)) yield piece;
	};
	// Neither setuid nor anybody else's: what is unpacked is for this run alone.
	await pipeline(pieces, createWriteStream(path, {flags: 'wx', mode: isExecutable ? 0o700 : 0o600}));
	utimesSync(path, modified, modified);
}

const pieceSize = 1 << 18;

/** What a later archive brings stands in the place of an earlier one's. */
function makeWay(path: string): void {
	mkdirSync(dirname(path), {recursive: true});
	rmSync(path, {force: true});
}

function writeLink(place: string, state: Unpacking): void {
	const target = placeIn(state.links, place);
	if (target === null) throw new ArchiveError(`a link leads out of it, or in a circle (${place})`);
	const path = join(state.folder, place);
	mkdirSync(dirname(path), {recursive: true});
	if (!isFolder(path)) symlinkSync(relative(dirname(place), target) || '.', path);
}

function isFolder(path: string): boolean {
	return lstatSync(path, {throwIfNoEntry: false})?.isDirectory() === true;
}

async function inWords(path: string, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (error instanceof ArchiveError) throw refused(path, error.message, error);
		if (codeOf(error) === 'ENOSPC') {
			throw new TargetError(`There is no room to unpack ${path}.`, {
				hint: 'Set TMPDIR to a folder with room.',
				cause: error,
			});
		}
		if (codeOf(error) === '') throw error;
		throw refused(path, fileErrorWords(error), error);
	}
}

function refused(path: string, reason: string, cause: unknown): TargetError {
	return new TargetError(`${path} cannot be unpacked: ${reason}.`, {hint: 'Give it as it was published.', cause});
}
