/** This file reads the rows of a ledger: how often a function was called, by each caller, and past its override or not. */

/** LEDGER_ROW of native/layout.h: the columns of a row. A test holds it equal to what reader.so carries. */
export const columns = 8;
/** Bytes of a row. */
export const rowSize = columns * 8;

/** Calls per caller, in the order of `callers` in src/model/claim.ts. */
export interface Row {
	readonly honored: readonly number[];
	readonly bypassed: readonly number[];
}

/** Most rows of a sweep are those of functions that nobody called: they share one. */
export const noCalls: Row = {honored: [0, 0, 0, 0], bypassed: [0, 0, 0, 0]};

export function rowIn(halves: Uint32Array, slot: number): Row {
	const from = 2 * slot * columns;
	let at = from;
	const end = from + 2 * columns;
	while (at < end && halves[at] === 0) at++;
	return at === end ? noCalls : {honored: fourAt(halves, from), bypassed: fourAt(halves, from + columns)};
}

function fourAt(halves: Uint32Array, from: number): readonly number[] {
	return [wordAt(halves, from), wordAt(halves, from + 2), wordAt(halves, from + 4), wordAt(halves, from + 6)];
}

function wordAt(halves: Uint32Array, at: number): number {
	return (halves[at] ?? 0) + (halves[at + 1] ?? 0) * 2 ** 32;
}

/** Of two rows, what both have counted. */
export function together(one: Row, other: Row): Row {
	if (one === noCalls) return other;
	return other === noCalls
		? one
		: {honored: sums(one.honored, other.honored), bypassed: sums(one.bypassed, other.bypassed)};
}

/** Of a row and an earlier one, what was counted between. */
export function since(now: Row, then: Row): Row {
	if (then === noCalls) return now;
	return {honored: differences(now.honored, then.honored), bypassed: differences(now.bypassed, then.bypassed)};
}

function differences(some: readonly number[], others: readonly number[]): readonly number[] {
	return some.map((number, column) => number - (others[column] ?? 0));
}

function sums(some: readonly number[], others: readonly number[]): readonly number[] {
	return some.map((number, column) => number + (others[column] ?? 0));
}
