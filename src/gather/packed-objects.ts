/** This file reads the ELF objects of a package or a folder, without unpacking it to disk: what an override can reach in each. */

import {closeSync, type Dirent, fstatSync, openSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {type ArchiveForm, archiveForm} from '../archive/archive-form.js';
import type {Member} from '../archive/members.js';
import {packedMembers, placeInArchive} from '../archive/packed.js';
import {ArchiveError, type Bounds} from '../archive/stream.js';
import {zipMembers} from '../archive/zip.js';
import {exportedFunctions} from '../binding/exports.js';
import {type Elf, readElf} from '../elf/elf.js';
import {SuiteError} from '../errors.js';
import type {InspectReport} from '../model/binding.js';
import {byCodeUnit} from '../model/order.js';
import {readHead, readObjectFile} from '../object/object-file.js';
import {fileErrorWords} from '../process/file-errors.js';
import {headSize} from './hunt/archive.js';
import {isElf} from './hunt/findings.js';
import type {InlinedEvidence} from './inlined-evidence.js';
import {inspectObject, mustBeLinked} from './inspect-object.js';
import {inspectReport} from './static.js';

/** One member of the package. */
export type PackedObject =
	| {readonly kind: 'inspected'; readonly report: InspectReport}
	/** It exports no function, so no override of it is possible; or nothing is linked yet. */
	| {readonly kind: 'nothing-exported'; readonly path: string}
	/** `reason` ends a sentence. */
	| {readonly kind: 'failed'; readonly path: string; readonly reason: string};

/** In the order of the package, or of the folder's names; what is packed within a folder comes too. */
export async function* packedObjects(path: string, signal: AbortSignal): AsyncGenerator<PackedObject> {
	const bounds: Bounds = {...sizes, signal};
	const form = archiveForm(path);
	if (form === null) {
		yield* objectsInFolder(path, signal);
		return;
	}
	try {
		for await (const {place, bytes} of elfMembers(path, form, bounds))
			yield await inspected(place, () => readElf(bytes));
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof ArchiveError)) yield refused(path, error);
		else yield {kind: 'failed', path, reason: error.message};
	}
}

/** It lies in another package. */
const notLookedFor: InlinedEvidence = {
	kind: 'unknown',
	reason: 'debug information is not looked for in packages and folders',
};

/** More than that is hostile, or no library. */
const sizes = {unpacked: 64 * 2 ** 30, member: 512 * 2 ** 20} as const;

async function* objectsInFolder(folder: string, signal: AbortSignal): AsyncGenerator<PackedObject> {
	let entries: Dirent[];
	try {
		entries = readdirSync(folder, {withFileTypes: true}).sort((a, b) => byCodeUnit(a.name, b.name));
	} catch (error) {
		yield refused(folder, error);
		return;
	}
	for (const entry of entries) {
		signal.throwIfAborted();
		const path = join(folder, entry.name);
		if (entry.isDirectory() || (entry.isFile() && archiveForm(path) !== null)) yield* packedObjects(path, signal);
		else if (entry.isFile()) yield* objectAt(path);
	}
}

/** Nothing where the file is no ELF object. */
async function* objectAt(path: string): AsyncGenerator<PackedObject> {
	try {
		if (!isElf(readHead(path))) return;
	} catch (error) {
		yield refused(path, error);
		return;
	}
	yield await inspected(path, () => readObjectFile(path).elf);
}

/** What the system says of one file is no reason to leave out the others. */
function refused(path: string, error: unknown): PackedObject {
	if (!(error instanceof Error && 'errno' in error)) throw error;
	return {kind: 'failed', path, reason: `it cannot be read: ${fileErrorWords(error)}`};
}

/** Nor is what is wrong with one object. */
async function inspected(path: string, read: () => Elf): Promise<PackedObject> {
	try {
		const elf = read();
		if (elf.header.type === 'relocatable' || elf.dynamic === null) return {kind: 'nothing-exported', path};
		mustBeLinked(elf);
		// Whose functions nobody can call has no reference that is worth reading its code for.
		if (exportedFunctions(elf).length === 0) return {kind: 'nothing-exported', path};
		const {report} = await inspectObject(elf);
		return {kind: 'inspected', report: inspectReport(path, report, notLookedFor)};
	} catch (error) {
		if (!(error instanceof SuiteError)) throw error;
		return {kind: 'failed', path, reason: error.message};
	}
}

interface ElfMember {
	readonly place: string;
	readonly bytes: Buffer;
}

async function* elfMembers(path: string, form: ArchiveForm, bounds: Bounds): AsyncGenerator<ElfMember> {
	if (form === 'zip') {
		yield* elfMembersOfZip(path, bounds);
		return;
	}
	for await (const {folder, member} of packedMembers(path, form, bounds)) {
		const bytes = await elfBytes(member, bounds);
		if (bytes !== null) yield {place: placeInArchive(folder, member.name), bytes};
	}
}

async function elfBytes(member: Member, bounds: Bounds): Promise<Buffer | null> {
	const head = await member.take(headSize);
	if (!isElf(head)) return null;
	return Buffer.concat([head, await member.take(bounds.member - head.length)]);
}

function* elfMembersOfZip(path: string, bounds: Bounds): Generator<ElfMember> {
	const descriptor = openSync(path, 'r');
	try {
		for (const member of zipMembers(descriptor, fstatSync(descriptor).size, bounds)) {
			if (isElf(member.head())) yield {place: placeInArchive(path, member.name), bytes: member.whole()};
		}
	} finally {
		closeSync(descriptor);
	}
}
