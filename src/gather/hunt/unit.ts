/** This file does one unit of a hunt's work: the files of one folder, or one archive. */

import {closeSync, constants, openSync} from 'node:fs';
import {archiveForm} from '../../archive/archive-form.js';
import {milliseconds} from '../../process/milliseconds.js';
import {onAbort} from '../../process/on-abort.js';
import {lookInArchive} from './archive.js';
import {addFailure, addObject, addText, type Findings, isElf, noFindings} from './findings.js';
import type {HuntedNames} from './object.js';
import {fillWindow, readFile, readRest} from './read-at.js';
import {longestText, mayBeText} from './text.js';
import {turn} from './turn.js';
import {within} from './within.js';

export type HuntUnit =
	| {readonly kind: 'folder'; readonly path: string; readonly files: readonly string[]}
	| {readonly kind: 'archive'; readonly path: string};

export interface UnitBounds {
	readonly secondsPerArchive: number;
	/** Ends the work in the middle of a unit. */
	readonly signal: AbortSignal;
}

/** Rejects with the signal's reason. */
export async function lookInUnit(unit: HuntUnit, wanted: HuntedNames, bounds: UnitBounds): Promise<Findings> {
	const findings = noFindings();
	if (unit.kind === 'folder') {
		for (const [index, name] of unit.files.entries()) {
			if (index % filesPerTurn === 0) await turn(bounds.signal);
			lookInFile(within(unit.path, name), wanted, findings);
		}
	} else {
		await lookInTime(unit.path, wanted, bounds, findings);
		bounds.signal.throwIfAborted();
	}
	return findings;
}

/** Some milliseconds. */
const filesPerTurn = 100;

/** Not by AbortSignal.any: it does not hold on to a signal of AbortSignal.timeout, which is then collected before its time comes. */
async function lookInTime(
	path: string,
	wanted: HuntedNames,
	{secondsPerArchive, signal}: UnitBounds,
	findings: Findings,
): Promise<void> {
	const form = archiveForm(path);
	if (form === null) return;
	const ends = new AbortController();
	const end = () => ends.abort();
	const timer = setTimeout(end, milliseconds(secondsPerArchive));
	const stopWaiting = onAbort(signal, end);
	try {
		await lookInArchive(path, form, wanted, {...sizes, signal: ends.signal}, findings);
	} finally {
		clearTimeout(timer);
		stopWaiting();
	}
}

/** Above these an archive is hostile, or a member no library. */
const sizes = {unpacked: 64 * 2 ** 30, member: 128 * 2 ** 20} as const;

function lookInFile(path: string, wanted: HuntedNames, findings: Findings): void {
	findings.counts.files++;
	let descriptor: number;
	try {
		// A pipe in the place of a file must not block; a device is never opened, because only regular files are listed.
		descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
	} catch (error) {
		addFailure(findings, path, messageOf(error));
		return;
	}
	try {
		const head = fillWindow(descriptor);
		if (isElf(head)) addObject(findings, path, readFile(descriptor, head.length), wanted);
		else if (mayBeText(path, head)) {
			const bytes = readRest(descriptor, head, longestText);
			if (bytes !== null) addText(findings, path, bytes);
		}
	} catch (error) {
		addFailure(findings, path, messageOf(error));
	} finally {
		closeSync(descriptor);
	}
}

function messageOf(error: unknown): string {
	const text = error instanceof Error ? error.message : String(error);
	return text.replace(/^[A-Z]+: /, '').replace(/, [a-z]+ '.*$/s, '');
}
