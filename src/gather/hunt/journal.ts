/** This file keeps what a hunt has done, a line for each unit, so that an ended one is taken up where it was. */

import {appendFileSync, closeSync, existsSync, openSync, readFileSync, writeSync} from 'node:fs';
import {SuiteError} from '../../errors.js';
import type {Findings} from './findings.js';

export interface Journal {
	/** What was found in a unit that has not changed since; undefined where it is to be done. */
	known(path: string, stamp: string): Findings | undefined;
	add(path: string, stamp: string, found: Findings): void;
	close(): void;
}

/** `purpose` tells hunts for other functions apart. Errors: SuiteError where the file is no journal of this hunt's. */
export function openJournal(path: string, purpose: string): Journal {
	const done = existsSync(path) ? read(path, purpose) : new Map<string, Line>();
	if (!existsSync(path)) appendFileSync(path, `${JSON.stringify({hunt: purpose})}\n`);
	const file = openSync(path, 'a');
	// An ended hunt may have left half a line.
	if (!readFileSync(path, 'utf8').endsWith('\n')) writeSync(file, '\n');
	return {
		known(unit, stamp) {
			const line = done.get(unit);
			return line?.stamp === stamp ? line.found : undefined;
		},
		add: (unit, stamp, found) => void writeSync(file, `${JSON.stringify({unit, stamp, found} satisfies Line)}\n`),
		close: () => closeSync(file),
	};
}

interface Line {
	readonly unit: string;
	readonly stamp: string;
	readonly found: Findings;
}

function read(path: string, purpose: string): Map<string, Line> {
	const [first = '', ...lines] = readFileSync(path, 'utf8').split('\n');
	if (first !== JSON.stringify({hunt: purpose})) {
		throw new SuiteError(`${path} is not what a hunt for these functions has written.`, {
			hint: 'Name another file with --resume, or the one that a hunt with the same options began.',
		});
	}
	const done = new Map<string, Line>();
	for (const line of lines) {
		// The last line of a hunt that was ended may be cut.
		try {
			const parsed = JSON.parse(line) as Line;
			done.set(parsed.unit, parsed);
		} catch {}
	}
	return done;
}
