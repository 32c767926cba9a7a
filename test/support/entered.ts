/** This file runs a program whose functions count their entries, and gives the counts. */

import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {type Entries, prepareEntries} from '../../src/gather/prepare-entries.js';
import {createLedger, openLedger} from '../../src/ledger/ledger.js';
import {nativeFolder} from '../../src/ledger/native.js';
import type {Slot} from '../../src/ledger/slots.js';
import {type Caller, callers} from '../../src/model/claim.js';
import {identity} from '../../src/process/file-identity.js';

export interface Entered {
	/** What runs, and its arguments. */
	readonly command: readonly string[];
	/** The ELF file whose functions are counted. */
	readonly interpreter: string;
	/** Names for slots from 0 on, or the slots of shims that count too. */
	readonly symbols: readonly string[] | readonly Slot[];
	/** How many slots there are, each with a row for the other threads; without, there is one row a symbol. */
	readonly slots?: number;
	/** Of the symbols, those that others jump to because the compiler found them to be the same. */
	readonly folded?: readonly string[];
	/** Whether the interpreter's direct calls are counted where they are made. */
	readonly atSites?: boolean;
	/** Functions of the C library that count as well, behind those of the interpreter. */
	readonly libc?: {readonly file: string; readonly symbols: readonly string[]};
	/** For the ledger and the counters. */
	readonly folder: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Preloaded before entries.so. */
	readonly preload?: readonly string[];
	/** What is preloaded in place of entries.so. */
	readonly counters?: string;
	/** Stands before the command. */
	readonly under?: readonly string[];
	/** Hands the preloaded objects to the program some other way. */
	readonly preloadAs?: (preload: string, env: Readonly<Record<string, string>>) => readonly string[];
}

export interface EnteredProgram extends Omit<Entries, 'blob'> {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
	readonly counters: {readonly patched: number; readonly reason: string | null};
	/** The same of the C library's functions. */
	readonly libcCounters: {readonly patched: number; readonly reason: string | null};
	/** Entries without an override, of one caller or of all. */
	entries(symbol: string, caller?: Caller): number;
	honored(symbol: string): number;
}

let runs = 0;

export async function entered(request: Entered): Promise<EnteredProgram> {
	const {command, interpreter, symbols, folder, libc, env = {}, preload = [], under = [], preloadAs} = request;
	const ours = symbols.map((symbol, slot) => (typeof symbol === 'string' ? {symbol, slot} : symbol));
	const libcs = libc?.symbols.map((symbol, index) => ({symbol, slot: symbols.length + index})) ?? [];
	const functions = [...ours, ...libcs];
	const slots = 2 * (request.slots ?? Math.max(1, functions.length));
	const {blob, ...prepared} = await prepareEntries({
		elfPath: interpreter,
		functions: ours,
		toSharedRow: slots / 2,
		folded: new Set(request.folded),
		atSites: request.atSites ?? false,
		env: {},
		folder,
	});
	const past = {functions: libcs, toSharedRow: slots / 2, pastAll: true, env: {}, folder};
	const libcBlob = libc === undefined ? null : (await prepareEntries({elfPath: libc.file, ...past})).blob;
	runs += 1;
	const path = join(folder, `ledger-${runs}`);
	createLedger(path, slots, 1);
	const objects = [...preload, request.counters ?? join(nativeFolder, 'entries.so')].join(':');
	const told = {
		PYINTERPOSE_LEDGER: path,
		PYINTERPOSE_ENTRIES: blob,
		...(libcBlob === null ? {} : {PYINTERPOSE_ENTRIES_LIBC: libcBlob, PYINTERPOSE_LIBC: identity(libc?.file ?? '')}),
		PYINTERPOSE_INTERPRETER: identity(interpreter),
		...env,
	};
	const [file = '', ...words] = [...under, ...(preloadAs?.(objects, told) ?? []), ...command];
	const {status, signal, stdout, stderr} = spawnSync(file, words, {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
		env: {PATH: process.env.PATH, LC_ALL: 'C.UTF-8', ...told, ...(preloadAs ? {} : {LD_PRELOAD: objects})},
	});
	const ledger = openLedger(path, slots);
	const rows = ledger.phase(0);
	const [counters, libcCounters] = [ledger.entries(), ledger.entries('libc')];
	ledger.close();
	const slotOf = (symbol: string) => functions.find(one => one.symbol === symbol)?.slot ?? -1;
	const sum = (numbers: readonly number[] = [], caller?: Caller) =>
		caller === undefined ? numbers.reduce((a, b) => a + b, 0) : (numbers[callers.indexOf(caller)] ?? 0);
	const both = (side: 'honored' | 'bypassed', slot: number, caller?: Caller) =>
		sum(rows[slot]?.[side], caller) + sum(rows[slot + slots / 2]?.[side], caller);
	return {
		...prepared,
		status,
		signal,
		stdout,
		stderr,
		counters,
		libcCounters,
		entries: (symbol, caller) =>
			both('bypassed', new Map(Object.entries(prepared.shared)).get(symbol) ?? slotOf(symbol), caller),
		honored: symbol => both('honored', slotOf(symbol)),
	};
}
