/** This file makes, reads and closes ledgers (native/ledger.h), by values: counts are copied out, never lent. */

import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {SuiteError} from '../errors.js';
import {layout} from './layout.js';
import {createPage} from './page.js';
import {columns, type Row, rowIn, rowSize} from './row.js';
import {tables} from './tables.js';

/** LEDGER_HEADER: the size of the header. A test holds it, and the next, equal to what reader.so carries. */
export const headerSize = 128;
/** LEDGER_OFFSET_AT: where in the file the current phase's offset stands; probes write it. */
export const offsetAt = 32;

export interface Ledger {
	readonly slots: number;
	/** Every row of one phase as it is now, by slot. Errors: RangeError for a phase that the ledger does not have. */
	phase(phase: number): readonly Row[];
	/** The bits of the shims that shook hands. */
	ready(): bigint;
	/** How many functions of the interpreter, or of libc, count their entries; where none does, why, as a clause. */
	entries(of?: 'interpreter' | 'libc'): {readonly patched: number; readonly reason: string | null};
	/** Whether inlined copies are counted where their counters are in the plan. */
	copies(): boolean;
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
	const numbers = layout();
	const header = Buffer.alloc(headerSize);
	const size = sizeOf(slots, phases);
	header.writeBigUInt64LE(numbers.LEDGER_MAGIC, 0);
	header.writeUInt32LE(numbers.LEDGER_VERSION, numbers.LEDGER_VERSION_AT);
	header.writeUInt32LE(slots, numbers.LEDGER_SLOTS_AT);
	header.writeUInt32LE(phases, numbers.LEDGER_PHASES_AT);
	header.writeUInt32LE(columns, numbers.LEDGER_ROW_AT);
	header.writeBigUInt64LE(BigInt(size), numbers.LEDGER_SIZE_AT);
	orSuiteError(`Cannot make the ledger ${path}`, () => createPage(path, header, size));
}

/** Errors: SuiteError where the file is not a ledger of this version, of so many slots. */
export function openLedger(path: string, slots: number): Ledger {
	const {phases, file} = orSuiteError(`Cannot read the ledger ${path}`, () => openValid(path, slots));
	const numbers = layout();
	const read = (at: number, size: number) =>
		orSuiteError(`Cannot read the ledger ${path}`, () => readAt(file, at, size));
	const header = (at: number) => read(at, 8);
	return {
		slots,
		phase(phase) {
			if (!(phase >= 0 && phase < phases)) throw new RangeError(`The ledger has no phase ${phase}.`);
			const halves = halvesOf(read(sizeOf(slots, phase), slots * rowSize));
			return Array.from({length: slots}, (_, slot) => rowIn(halves, slot));
		},
		ready: () => header(numbers.LEDGER_READY_AT).readBigUInt64LE(),
		entries(of = 'interpreter') {
			const field = header(of === 'libc' ? numbers.LEDGER_LIBC_ENTRIES_AT : numbers.LEDGER_ENTRIES_AT);
			const [low, number] = [field.readUInt32LE(), field.readUInt32LE(4)];
			const patched = low & 0x7fff_ffff;
			const reason = tables().reasons[number];
			if (reason === undefined) throw new SuiteError('Cannot read the entry counters: EBADMSG.');
			if (number > 0) return {patched, reason};
			return {patched, reason: patched > 0 ? null : 'the entry counters did not load'};
		},
		copies: () => header(numbers.LEDGER_ENTRIES_AT).readUInt32LE() >>> 31 === 1,
		processes: () => ({
			started: Number(header(numbers.LEDGER_CHILDREN_AT).readBigUInt64LE()),
			replaced: header(numbers.LEDGER_REPLACED_AT).readBigUInt64LE() > 0n,
		}),
		namesChanged: () => Number(header(numbers.LEDGER_NAMES_CHANGED_AT).readBigUInt64LE()),
		close: () => closeSync(file),
	};
}

function sizeOf(slots: number, phases: number): number {
	return headerSize + slots * phases * rowSize;
}

/** What the header says must hold of the file as it is: the program that counted may have written anywhere. */
function openValid(path: string, slots: number): {readonly file: number; readonly phases: number} {
	const {LEDGER_MAGIC, LEDGER_VERSION, ...at} = layout();
	const file = openSync(path, 'r');
	try {
		const header = readAt(file, 0, headerSize);
		const phases = header.readUInt32LE(at.LEDGER_PHASES_AT);
		const size = fstatSync(file).size;
		const isValid =
			header.readBigUInt64LE() === LEDGER_MAGIC &&
			header.readUInt32LE(at.LEDGER_VERSION_AT) === LEDGER_VERSION &&
			header.readUInt32LE(at.LEDGER_ROW_AT) === columns &&
			header.readUInt32LE(at.LEDGER_SLOTS_AT) === slots &&
			header.readBigUInt64LE(at.LEDGER_SIZE_AT) === BigInt(size) &&
			size === sizeOf(slots, phases);
		if (!isValid) throw new NoLedger();
		return {file, phases};
	} catch (error) {
		closeSync(file);
		throw error;
	}
}

/** Errors: NoLedger where the file ends before. */
function readAt(file: number, position: number, size: number): Buffer {
	// Not of the pool, so that the bytes are aligned for a view of numbers.
	const bytes = Buffer.alloc(size);
	for (let at = 0; at < size; ) {
		const count = readSync(file, bytes, at, size - at, position + at);
		if (count === 0) throw new NoLedger();
		at += count;
	}
	return bytes;
}

/** The machines that we run on write the lower half of a number first. */
function halvesOf({buffer, byteOffset, length}: Buffer): Uint32Array {
	return new Uint32Array(buffer, byteOffset, length / 4);
}

class NoLedger extends Error {
	readonly code = 'EBADMSG';
}

function orSuiteError<T>(what: string, work: () => T): T {
	try {
		return work();
	} catch (cause) {
		const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
		throw new SuiteError(`${what}: ${code}.`, {cause});
	}
}
