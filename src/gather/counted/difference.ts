/** This file takes the difference of a claim's two phases: what 2n rounds count more than n do, by caller. */

import type {Row} from '../../ledger/ledger.js';
import {callers} from '../../model/claim.js';
import type {ByCaller} from '../../model/evidence.js';
import type {Taken} from './run.js';

export function difference({once, twice}: Taken, side: keyof Row): ByCaller {
	return byCaller(callers.map((_, column) => total(twice, side, column) - total(once, side, column)));
}

/** A ledger's row, its columns named. */
export function byCaller([interpreter = 0, executable = 0, extension = 0, library = 0]: readonly number[]): ByCaller {
	return {interpreter, executable, extension, library};
}

function total(rows: readonly Row[], side: keyof Row, column: number): number {
	return rows.reduce((sum, row) => sum + (row[side][column] ?? 0), 0);
}
