/** This file reads the members of a package, whichever way it is packed, from its beginning to its end. */

import {closeSync, fstatSync, openSync} from 'node:fs';
import type {ArchiveForm} from './archive-form.js';
import {type ArchiveEntry, arMembers, contentOf, cpioEntries, type Member, tarEntries} from './members.js';
import {ArchiveError, type Bounds, type ByteReader, fileStream, reading, unpacked} from './stream.js';
import {zipMembers} from './zip.js';

/** A zip archive is read through its table of contents instead. */
export type StreamForm = Exclude<ArchiveForm, 'zip'>;

/** A member, and the archive's path, with a folder where the archive is several. */
interface PackedMember {
	readonly folder: string;
	readonly member: Member;
}

/** The same of links, too. */
export interface PackedEntry {
	readonly folder: string;
	readonly entry: ArchiveEntry;
}

/** The regular files. Errors: ArchiveError. */
export async function* packedMembers(path: string, form: StreamForm, bounds: Bounds): AsyncGenerator<PackedMember> {
	for await (const {folder, entry} of packedEntries(path, form, bounds))
		if (entry.kind === 'file') yield {folder, member: entry.member};
}

/** Errors: ArchiveError. */
export function packedEntries(path: string, form: StreamForm, bounds: Bounds): AsyncGenerator<PackedEntry> {
	return readers[form](path, bounds);
}

/** What a package manager keeps of a .deb beside its files. */
export function controlFolder(path: string): string {
	return `${path}!/DEBIAN`;
}

const readers: Readonly<Record<StreamForm, (path: string, bounds: Bounds) => AsyncGenerator<PackedEntry>>> = {
	ar: entriesOfDeb,
	conda: entriesOfConda,
	rpm: entriesOfRpm,
	tar: (path, bounds) => entriesOfTar(fileStream(path), path, bounds),
};

function entriesOfTar(packed: AsyncIterable<Buffer>, folder: string, bounds: Bounds): AsyncGenerator<PackedEntry> {
	return reading(unpacked(packed, bounds), bounds, reader => inFolder(folder, tarEntries(reader)));
}

async function* inFolder(folder: string, entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<PackedEntry> {
	for await (const entry of entries) yield {folder, entry};
}

function entriesOfDeb(path: string, bounds: Bounds): AsyncGenerator<PackedEntry> {
	return reading(fileStream(path), bounds, async function* (reader) {
		for await (const part of arMembers(reader)) {
			// Scripts that the package manager runs, and the files.
			if (!/^(control|data)\.tar/.test(part.name)) continue;
			yield* entriesOfTar(contentOf(part), part.name.startsWith('control') ? controlFolder(path) : path, bounds);
		}
	});
}

/** A zip archive of two tar archives: what the package says of itself, and the files. */
async function* entriesOfConda(path: string, bounds: Bounds): AsyncGenerator<PackedEntry> {
	const descriptor = openSync(path, 'r');
	try {
		for (const part of zipMembers(descriptor, fstatSync(descriptor).size, bounds)) {
			if (!/^(info|pkg)-.*\.tar\.zst$/.test(part.name)) continue;
			const content = (async function* () {
				yield part.whole();
			})();
			yield* entriesOfTar(content, path, bounds);
		}
	} finally {
		closeSync(descriptor);
	}
}

function entriesOfRpm(path: string, bounds: Bounds): AsyncGenerator<PackedEntry> {
	return reading(fileStream(path), bounds, async function* (reader) {
		const lead = await reader.exactly(96);
		if (lead.readUInt32BE(0) !== 0xedab_eedb) throw new ArchiveError('it is no rpm package');
		// The signatures are padded to eight bytes, the package's own header is not.
		const signatures = await skipHeader(reader);
		await reader.skip((8 - (signatures % 8)) % 8);
		await skipHeader(reader);
		yield* reading(unpacked(reader.rest(), bounds), bounds, payload => inFolder(path, cpioEntries(payload)));
	});
}

async function skipHeader(reader: ByteReader): Promise<number> {
	const header = await reader.exactly(16);
	if (header.readUInt32BE(0) !== 0x8ead_e801) throw new ArchiveError('it is no rpm package');
	const size = header.readUInt32BE(8) * 16 + header.readUInt32BE(12);
	await reader.skip(size);
	return 16 + size;
}

export function placeInArchive(path: string, name: string): string {
	return path.includes('!/') ? `${path}/${name}` : `${path}!/${name}`;
}
