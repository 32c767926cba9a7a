/** This file subtracts the counts of a claim's phases from each other: those of n rounds from those of 2n, and of 2n from 3n. */

import type {Row} from '../../ledger/row.js';
import {type Caller, callers, type Route} from '../../model/claim.js';
import type {ByCaller} from '../../model/evidence.js';
import type {Taken} from './run.js';

export type Difference =
	| {readonly kind: 'exact'; readonly calls: ByCaller}
	/** Why the counts are not those of the rounds alone; one sentence without a full stop. */
	| {readonly kind: 'inexact'; readonly reason: string};

/** Both differences are the calls of n rounds; they must be equal for the caller that the route is about. */
export function difference({phases}: Taken, side: keyof Row, route: Route): Difference {
	const [once = [], twice = [], thrice = []] = phases.map(rows => totals(rows, side));
	const [first, second] = [less(twice, once), less(thrice, twice)];
	const column = callers.indexOf(callerOf(route));
	if (first[column] === second[column]) return {kind: 'exact', calls: byCaller(first)};
	const what = side === 'honored' ? 'ran the override' : 'passed it by';
	return {
		kind: 'inexact',
		reason: `the counts are not exact: of the ${callers[column]}'s calls ${first[column]} ${what} in n rounds and ${second[column]} in another n`,
	};
}

/** A ledger's row, its columns named. */
export function byCaller([interpreter = 0, executable = 0, extension = 0, library = 0]: readonly number[]): ByCaller {
	return {interpreter, executable, extension, library};
}

function callerOf(route: Route): Caller {
	if (route === 'table') return 'interpreter';
	return route === 'dlsym' || route === 'deepbind' ? 'extension' : route;
}

function totals(rows: readonly Row[], side: keyof Row): readonly number[] {
	return callers.map((_, column) => rows.reduce((sum, row) => sum + (row[side][column] ?? 0), 0));
}

function less(more: readonly number[], fewer: readonly number[]): readonly number[] {
	return callers.map((_, column) => (more[column] ?? 0) - (fewer[column] ?? 0));
}
