/** This file makes, reads and closes ledgers, by values: counts are copied out, never lent. */

import {getSystemErrorName} from 'node:util';
import {SuiteError} from '../errors.js';
import {type Pointer, pointerIn, reader} from './native.js';

/** LEDGER_ROW of native/layout.h: the columns of a row. A test holds these three equal to what reader.so tells. */
export const columns = 8;
/** LEDGER_HEADER: the size of the header. */
export const headerSize = 128;
/** LEDGER_OFFSET_AT: where in the file the current phase's offset stands; probes write it. */
export const offsetAt = 32;

/** Calls per caller, in the order of `callers` in src/model/claim.ts. */
export interface Row {
	readonly honored: readonly number[];
	readonly bypassed: readonly number[];
}

export interface Ledger {
	readonly slots: number;
	/** Every row of one phase, by slot. Errors: RangeError for a phase that the ledger does not have. */
	phase(phase: number): readonly Row[];
	/** One row of one phase. Errors: RangeError for one that the ledger does not have. */
	row(phase: number, slot: number): Row;
	/** The bits of the shims that shook hands. */
	ready(): bigint;
	/** How many functions count their entries; where none does, why, as a clause. */
	entries(): {readonly patched: number; readonly reason: string | null};
	/** Of a sweep: how many processes the program started, and whether it became another program. */
	processes(): Processes;
	/** Slots of the GOT that led to an override when calls began to be counted at their sites, and did not at the end. */
	namesChanged(): number;
	close(): void;
}

export interface Processes {
	readonly started: number;
	readonly replaced: boolean;
}

/** Makes the file, all zero; it must not exist yet. Errors: SuiteError with the path. */
export function createLedger(path: string, slots: number, phases: number): void {
	check(reader().reader_create(path, slots, phases), `Cannot make the ledger ${path}`);
}

/** Errors: SuiteError where the file is not a ledger of this version. */
export function openLedger(path: string, slots: number): Ledger {
	const out = Buffer.alloc(8);
	check(reader().reader_open(path, out), `Cannot read the ledger ${path}`);
	const pointer: Pointer = pointerIn(out);
	return {
		slots,
		phase(phase) {
			const numbers = copied(slots, out => reader().reader_copy(pointer, phase, out));
			return Array.from({length: slots}, (_, slot) => rowOf(numbers, slot));
		},
		row: (phase, slot) =>
			rowOf(
				copied(1, out => reader().reader_row(pointer, phase, slot, out)),
				0,
			),
		ready() {
			const ready = Buffer.alloc(8);
			check(reader().reader_ready(pointer, ready), 'Cannot read the handshake');
			return ready.readBigUInt64LE();
		},
		entries() {
			const out = Buffer.alloc(4);
			const reason = reader().reader_entries(pointer, out);
			const patched = out.readUInt32LE();
			if (reason < 0) check(reason, 'Cannot read the entry counters');
			if (reason > 0) return {patched, reason: reader().reader_entries_reason(reason)};
			return {patched, reason: patched > 0 ? null : 'the entry counters did not load'};
		},
		processes() {
			const out = Buffer.alloc(16);
			reader().reader_processes(pointer, out);
			return {started: Number(out.readBigUInt64LE()), replaced: out.readBigUInt64LE(8) > 0n};
		},
		namesChanged() {
			const changed = Buffer.alloc(8);
			check(reader().reader_names_changed(pointer, changed), 'Cannot read the ledger');
			return Number(changed.readBigUInt64LE());
		},
		close: () => reader().reader_close(pointer),
	};
}

function copied(rows: number, copy: (out: Buffer) => number): BigUint64Array {
	const numbers = new BigUint64Array(rows * columns);
	if (copy(Buffer.from(numbers.buffer)) !== 0) throw new RangeError('The ledger has no such phase or row.');
	return numbers;
}

function rowOf(numbers: BigUint64Array, slot: number): Row {
	const row = Array.from(numbers.subarray(slot * columns, (slot + 1) * columns), Number);
	return {honored: row.slice(0, columns / 2), bypassed: row.slice(columns / 2)};
}

function check(result: number, what: string): void {
	if (result !== 0) throw new SuiteError(`${what}: ${getSystemErrorName(result)}.`);
}
