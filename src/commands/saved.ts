/** This file reads saved reports from files and standard input. */

import {closeSync, constants, openSync, readSync, statSync} from 'node:fs';
import {parseReport} from '../contract/parse.js';
import type {Report} from '../model/report.js';
import {isShellPipe, readInput, readRegularFile} from '../process/input.js';

/** Errors: SuiteError naming the file; the signal's reason where the work was aborted. */
export async function readReport(path: string, signal: AbortSignal): Promise<Report> {
	return parseReport(await readInput(path, {signal, mostBytes}), path === '-' ? 'Standard input' : path);
}

/** One that was read before, and is a regular file. Errors: SuiteError naming the file. */
export function readReportAgain(path: string): Report {
	return parseReport(readRegularFile(path, {mostBytes}), path);
}

/** Whether the argument is a saved report rather than a Python: it says so by its name, or opens with a brace. */
export function isSavedReport(path: string): boolean {
	if (path === '-' || path.endsWith('.json') || isShellPipe(path)) return true;
	const head = headOf(path);
	return head === '' || /^\ufeff?\s*\{/.test(head ?? 'none');
}

/** Whether a file says of itself, at its beginning, that a hunt wrote it. */
export function isSavedHunt(path: string): boolean {
	return /^\ufeff?\s*\{\s*"schema":\s*\d+,\s*"kind":\s*"hunt"/.test(headOf(path) ?? '');
}

/** Null where there is no such file. */
function headOf(path: string): string | null {
	try {
		if (!statSync(path).isFile()) return null;
		const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
		const bytes = Buffer.alloc(64);
		const length = readSync(file, bytes, 0, bytes.length, 0);
		closeSync(file);
		return bytes.toString('utf8', 0, length);
	} catch {
		return null;
	}
}

/** Larger than any report of a whole distribution in one file that a reader could hold in memory. */
const mostBytes = 400 * 1024 * 1024;
