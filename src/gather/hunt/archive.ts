/** This file looks at what is in an archive, without unpacking it to disk. */

import {closeSync, fstatSync, openSync} from 'node:fs';
import {type ArchiveForm, archiveForm} from '../../archive/archive-form.js';
import type {Member} from '../../archive/members.js';
import {packedMembers, placeInArchive} from '../../archive/packed.js';
import {ArchiveError, type Bounds} from '../../archive/stream.js';
import {zipMembers} from '../../archive/zip.js';
import {addFailure, addObject, addText, type Findings, isElf} from './findings.js';
import type {HuntedNames} from './object.js';
import {readMemory} from './read-at.js';
import {longestText, mayBeText} from './text.js';
import {turn} from './turn.js';

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

async function lookInZip(path: string, wanted: HuntedNames, bounds: Bounds, findings: Findings): Promise<void> {
	const descriptor = openSync(path, 'r');
	try {
		for (const member of zipMembers(descriptor, fstatSync(descriptor).size, bounds)) {
			await turn(bounds.signal);
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
