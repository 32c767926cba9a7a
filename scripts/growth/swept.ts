/** This file reads what the sweep counted of the interpreter's functions, by whomever they were called, out of a saved run. */

import {readFileSync} from 'node:fs';
import type {FunctionReport} from '../../src/model/report.js';
import type {Counts} from './growth.js';

export interface SweptCounts {
	readonly honored: Counts;
	/** Overridden or not. */
	readonly made: Counts;
	readonly findings: readonly string[];
}

interface SavedRun {
	readonly functions: readonly FunctionReport[];
	readonly findings: readonly {readonly kind: string; readonly message: string}[];
}

export function sweptCounts(path: string): SweptCounts {
	const {functions, findings}: SavedRun = JSON.parse(readFileSync(path, 'utf8'));
	const swept = functions.filter(({references}) => references !== null);
	const sum = (of: (call: FunctionReport['calls'][number]) => number) =>
		new Map(swept.map(({symbol, calls}) => [symbol, calls.reduce((total, call) => total + of(call), 0)]));
	return {
		honored: sum(({honored}) => honored),
		// Unknown is not none: NaN equals no number.
		made: sum(({honored, bypassed}) => honored + (bypassed ?? Number.NaN)),
		findings: findings.map(({message}) => message),
	};
}
