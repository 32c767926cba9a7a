/** This file looks at what is in an archive, without unpacking it to disk. */

import {closeSync, fstatSync, openSync} from 'node:fs';
import {addFailure, addObject, addText, type Findings, isElf} from './findings.js';
import {arMembers, contentOf, cpioMembers, type Member, tarMembers} from './members.js';
import type {HuntedNames} from './object.js';
import {readMemory} from './read-at.js';
import {ArchiveError, type Bounds, ByteReader, fileStream, unpacked} from './stream.js';
import {longestText, mayBeText} from './text.js';
import {zipMembers} from './zip.js';

type Form = 'ar' | 'rpm' | 'zip' | 'tar';

/** By its name; null for what is no archive that is read. */
export function archiveForm(path: string): Form | null {
	return forms.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

const forms: readonly (readonly [RegExp, Form])[] = [
	[/\.(deb|udeb|ddeb)$/, 'ar'],
	[/\.rpm$/, 'rpm'],
	[/\.(whl|zip|egg)$/, 'zip'],
	[/\.(tar|tar\.(gz|xz|zst|bz2|lzma)|tgz|txz|tbz2?|tzst)$/, 'tar'],
];

export async function lookInArchive(
	path: string,
	form: Form,
	wanted: HuntedNames,
	bounds: Bounds,
	findings: Findings,
): Promise<void> {
	findings.counts.archives++;
	try {
		await readers[form](path, wanted, bounds, findings);
	} catch (error) {
		if (bounds.signal.aborted) addFailure(findings, path, 'it takes longer than an archive may take');
		else addFailure(findings, path, error instanceof Error ? error.message : String(error));
	}
}

type Look = (path: string, wanted: HuntedNames, bounds: Bounds, findings: Findings) => Promise<void>;

const readers: Readonly<Record<Form, Look>> = {ar: lookInDeb, rpm: lookInRpm, zip: lookInZip, tar: lookInTar};

async function lookInTar(path: string, wanted: HuntedNames, bounds: Bounds, findings: Findings): Promise<void> {
	const reader = new ByteReader(unpacked(fileStream(path), bounds), bounds);
	for await (const member of tarMembers(reader)) await lookAtMember(path, member, wanted, bounds, findings);
}

async function lookInDeb(path: string, wanted: HuntedNames, bounds: Bounds, findings: Findings): Promise<void> {
	for await (const part of arMembers(new ByteReader(fileStream(path), bounds))) {
		// Scripts that the package manager runs, and the files.
		if (!/^(control|data)\.tar/.test(part.name)) continue;
		const reader = new ByteReader(unpacked(contentOf(part), bounds), bounds);
		const folder = part.name.startsWith('control') ? `${path}!/DEBIAN` : path;
		for await (const member of tarMembers(reader)) {
			await lookAtMember(folder, member, wanted, bounds, findings);
		}
	}
}

async function lookInRpm(path: string, wanted: HuntedNames, bounds: Bounds, findings: Findings): Promise<void> {
	const reader = new ByteReader(fileStream(path), bounds);
	const lead = await reader.exactly(96);
	if (lead.readUInt32BE(0) !== 0xedab_eedb) throw new ArchiveError('it is no rpm package');
	// The signatures are padded to eight bytes, the package's own header is not.
	const signatures = await skipHeader(reader);
	await reader.skip((8 - (signatures % 8)) % 8);
	await skipHeader(reader);
	const payload = new ByteReader(unpacked(reader.rest(), bounds), bounds);
	for await (const member of cpioMembers(payload)) await lookAtMember(path, member, wanted, bounds, findings);
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
			const place = placeOf(path, member.name);
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
	const place = placeOf(path, member.name);
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

const headSize = 4096;

function placeOf(path: string, name: string): string {
	return path.includes('!/') ? `${path}/${name}` : `${path}!/${name}`;
}
