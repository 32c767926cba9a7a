/** This file reads saved reports from files and standard input. */

import {closeSync, openSync, readFileSync, readSync, statSync} from 'node:fs';
import {parseReport} from '../contract/parse.js';
import {SuiteError} from '../errors.js';
import type {Report} from '../model/report.js';
import {cannotBeRead} from '../process/file-errors.js';

/** Errors: SuiteError naming the file. */
export function readReport(path: string): Report {
	return parseReport(readText(path), nameOf(path));
}

/** Whether the argument is a saved report rather than a Python: it says so by its name, or opens with a brace. */
export function isSavedReport(path: string): boolean {
	if (path === '-' || path.endsWith('.json')) return true;
	try {
		if (!statSync(path).isFile()) return false;
		const file = openSync(path, 'r');
		const bytes = Buffer.alloc(64);
		const length = readSync(file, bytes, 0, bytes.length, 0);
		closeSync(file);
		return length === 0 || /^\ufeff?\s*\{/.test(bytes.toString('utf8', 0, length));
	} catch {
		return false;
	}
}

/** Larger than any report of a whole distribution in one file that a reader could hold in memory. */
const mostBytes = 400 * 1024 * 1024;

function readText(path: string): string {
	try {
		if (path !== '-') {
			const {size} = statSync(path);
			if (size > mostBytes) {
				throw new SuiteError(`${path} is larger (${size} bytes) than any report can be.`);
			}
		}
		return readFileSync(path === '-' ? 0 : path, 'utf8');
	} catch (cause) {
		if (cause instanceof SuiteError) throw cause;
		throw cannotBeRead(nameOf(path), cause);
	}
}

function nameOf(path: string): string {
	return path === '-' ? 'Standard input' : path;
}
