/** This file makes and reads the file of rows that the runner copies out of the phases which claims share: what they grew by is the claim's. */

import {layout} from '../../ledger/layout.js';
import {createPage, readBytes} from '../../ledger/page.js';
import {noCalls, type Row, rowIn, rowSize, since, together} from '../../ledger/row.js';
import {copySize, type Planned, phasesOfOne} from './plan.js';

export function createCopies(path: string, claims: readonly Planned[]): void {
	createPage(path, Buffer.alloc(0), sizeOf(claims));
}

/** By phase and slot, what all threads counted for a claim; zeros where it was not taken to its end. */
export function readCopies(path: string, claims: readonly Planned[]): (claim: Planned) => readonly (readonly Row[])[] {
	const bytes = readBytes(path, sizeOf(claims));
	// The machines that we run on write the lower half of a number first.
	const halves = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
	return ({slots, copyAt}) => {
		const first = (slot: number) => ((copyAt ?? 0) + slot * copySize()) / rowSize;
		return Array.from({length: phasesOfOne}, (_, phase) => slots.map((_, slot) => grown(halves, first(slot), phase)));
	};
}

function sizeOf(claims: readonly Planned[]): number {
	return claims.reduce((sum, {slots, copyAt}) => sum + (copyAt === null ? 0 : slots.length * copySize()), 0);
}

/** Of the slot whose rows begin with row `first`: those from before the claim, by phase, and then those from after it. */
function grown(halves: Uint32Array, first: number, phase: number): Row {
	const each = layout().COUNT_ROWS_A_SLOT;
	return since(all(halves, first + (phasesOfOne + phase) * each, each), all(halves, first + phase * each, each));
}

function all(halves: Uint32Array, from: number, rows: number): Row {
	let sum = noCalls;
	for (let row = from; row < from + rows; row++) sum = together(sum, rowIn(halves, row));
	return sum;
}
