/** This file defines how builds fared over a row of saved reports; schema/history.schema.json says the same to other tools. */

import type {Route} from './claim.js';
import type {ComparedBuild} from './comparison.js';
import type {Cause} from './verdict.js';

export interface History {
	readonly schema: 1;
	readonly kind: 'history';
	/** The names of the reports, oldest first. */
	readonly reports: readonly string[];
	/** One for each build that is followed from report to report, sorted by name. */
	readonly lines: readonly HistoryLine[];
}

export interface HistoryLine {
	/** What its builds have in common: `cpython 3.11 shared`. */
	readonly name: string;
	/** Oldest first; a report that has no such build has no step. */
	readonly steps: readonly HistoryStep[];
}

export interface HistoryStep extends ComparedBuild {
	readonly report: string;
	/** Functions of Python's C API that somebody can call, and those of them whose override works, whoever calls. */
	readonly functions: number;
	readonly works: number;
	/** Against the step before; null for the first. */
	readonly since: HistoryChange | null;
}

export interface HistoryChange {
	readonly sameBuild: boolean;
	/** Sorted by symbol. What changed its cause, or was tested on one side alone, is in neither list. */
	readonly lost: readonly HistoryFunction[];
	readonly gained: readonly HistoryFunction[];
}

export interface HistoryFunction {
	readonly symbol: string;
	/** Whose calls changed so. */
	readonly callers: readonly Route[];
	/** Why it is lost, where the newer report says so. */
	readonly because: Cause | null;
}
