/** This file looks at what is in an archive, without unpacking it to disk. */

import {closeSync, fstatSync, openSync} from 'node:fs';
import {type ArchiveForm, archiveForm} from './archive-form.js';
import {addFailure, addObject, addText, type Findings, isElf} from './findings.js';
import {arMembers, contentOf, cpioMembers, type Member, tarMembers} from './members.js';
import type {HuntedNames} from './object.js';
import {readMemory} from './read-at.js';
import {ArchiveError, type Bounds, ByteReader, fileStream, unpacked} from './stream.js';
import {longestText, mayBeText} from './text.js';
import {zipMembers} from './zip.js';

type StreamForm = Exclude<ArchiveForm, 'zip'>;

export async function lookInArchive(
	path: string,
	form: ArchiveForm,
	wanted: HuntedNames,
	bounds: Bounds,
	findings: Findings,
): Promise<void> {
	findings.counts.archives++;
	try {
		if (form === 'zip') await lookInZip(path, wanted, bounds, findings);
		else
			for await (const {folder, member} of packedMembers(path, form, bounds))
				await lookAtMember(folder, member, wanted, bounds, findings);
	} catch (error) {
		if (bounds.signal.aborted) addFailure(findings, path, 'it takes longer than an archive may take');
		else addFailure(findings, path, error instanceof Error ? error.message : String(error));
	}
}

/** A member, and the archive's path, with a folder where the archive is several. */
interface PackedMember {
	readonly folder: string;
	readonly member: Member;
}

/** Of an archive that is read from its beginning to its end. Errors: ArchiveError. */
export function packedMembers(path: string, form: StreamForm, bounds: Bounds): AsyncGenerator<PackedMember> {
	return readers[form](path, bounds);
}

const readers: Readonly<Record<StreamForm, (path: string, bounds: Bounds) => AsyncGenerator<PackedMember>>> = {
	ar: membersOfDeb,
	conda: membersOfConda,
	rpm: membersOfRpm,
	tar: (path, bounds) => membersOfTar(fileStream(path), path, bounds),
};

async function* membersOfTar(
	packed: AsyncIterable<Buffer>,
	folder: string,
	bounds: Bounds,
): AsyncGenerator<PackedMember> {
	const reader = new ByteReader(unpacked(packed, bounds), bounds);
	for await (const member of tarMembers(reader)) yield {folder, member};
}

async function* membersOfDeb(path: string, bounds: Bounds): AsyncGenerator<PackedMember> {
	for await (const part of arMembers(new ByteReader(fileStream(path), bounds))) {
		// Scripts that the package manager runs, and the files.
		if (!/^(control|data)\.tar/.test(part.name)) continue;
		yield* membersOfTar(contentOf(part), part.name.startsWith('control') ? `${path}!/DEBIAN` : path, bounds);
	}
}

/** A zip archive of two tar archives: what the package says of itself, and the files. */
async function* membersOfConda(path: string, bounds: Bounds): AsyncGenerator<PackedMember> {
	const descriptor = openSync(path, 'r');
	try {
		for (const part of zipMembers(descriptor, fstatSync(descriptor).size, bounds)) {
			if (!/^(info|pkg)-.*\.tar\.zst$/.test(part.name)) continue;
			const content = (async function* () {
				yield part.whole();
			})();
			yield* membersOfTar(content, path, bounds);
		}
	} finally {
		closeSync(descriptor);
	}
}

async function* membersOfRpm(path: string, bounds: Bounds): AsyncGenerator<PackedMember> {
	const reader = new ByteReader(fileStream(path), bounds);
	const lead = await reader.exactly(96);
	if (lead.readUInt32BE(0) !== 0xedab_eedb) throw new ArchiveError('it is no rpm package');
	// The signatures are padded to eight bytes, the package's own header is not.
	const signatures = await skipHeader(reader);
	await reader.skip((8 - (signatures % 8)) % 8);
	await skipHeader(reader);
	const payload = new ByteReader(unpacked(reader.rest(), bounds), bounds);
	for await (const member of cpioMembers(payload)) yield {folder: path, member};
}

async function skipHeader(reader: ByteReader): Promise<number> {
	const header = await reader.exactly(16);
	if (header.readUInt32BE(0) !== 0x8ead_e801) throw new ArchiveError('it is no rpm package');
	const size = header.readUInt32BE(8) * 16 + header.readUInt32BE(12);
	await reader.skip(size);
	return 16 + size;
}

async function lookInZip(path: string, wanted: HuntedNames, bounds: Bounds, findings: Findings): Promise<void> {
	const descriptor = openSync(path, 'r');
	try {
		for (const member of zipMembers(descriptor, fstatSync(descriptor).size, bounds)) {
			findings.counts.files++;
			const place = placeInArchive(path, member.name);
			try {
				const head = member.head();
				if (isElf(head)) addObject(findings, place, readMemory(member.whole()), wanted);
				else if (member.size <= longestText && mayBeText(member.name, head)) addText(findings, place, member.whole());
			} catch (error) {
				if (!(error instanceof ArchiveError)) throw error;
				addFailure(findings, place, error.message);
			}
		}
	} finally {
		closeSync(descriptor);
	}
}

async function lookAtMember(
	path: string,
	member: Member,
	wanted: HuntedNames,
	bounds: Bounds,
	findings: Findings,
): Promise<void> {
	findings.counts.files++;
	const place = placeInArchive(path, member.name);
	const head = await member.take(headSize);
	if (isElf(head)) {
		const bytes = Buffer.concat([head, await member.take(bounds.member - head.length)]);
		const brokenBefore = findings.counts.broken;
		addObject(findings, place, readMemory(bytes), wanted);
		// What lies behind the bound was not looked at: that is no fault of the object.
		if (member.size > bounds.member && findings.counts.broken > brokenBefore) {
			findings.counts.broken = brokenBefore;
			addFailure(findings, place, `it is larger than ${bounds.member} bytes`);
		}
	} else if (member.size <= longestText && mayBeText(member.name, head)) {
		addText(findings, place, Buffer.concat([head, await member.take(longestText)]));
	} else if (archiveForm(member.name) !== null) {
		addFailure(findings, place, 'an archive within an archive is not looked into');
	}
}

/** Enough to tell what a member is. */
export const headSize = 4096;

export function placeInArchive(path: string, name: string): string {
	return path.includes('!/') ? `${path}/${name}` : `${path}!/${name}`;
}
