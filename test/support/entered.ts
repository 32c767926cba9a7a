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
	/** Entries without an override, of one caller or of all. */
	entries(symbol: string, caller?: Caller): number;
	honored(symbol: string): number;
}

let runs = 0;

export async function entered(request: Entered): Promise<EnteredProgram> {
	const {command, interpreter, symbols, folder, env = {}, preload = [], under = [], preloadAs} = request;
	const functions = symbols.map((symbol, slot) => (typeof symbol === 'string' ? {symbol, slot} : symbol));
	const slots = 2 * (request.slots ?? Math.max(1, symbols.length));
	const {blob, ...prepared} = await prepareEntries({
		elfPath: interpreter,
		functions,
		toSharedRow: slots / 2,
		folded: new Set(request.folded),
		atSites: request.atSites ?? false,
		env: {},
		folder,
	});
	runs += 1;
	const path = join(folder, `ledger-${runs}`);
	createLedger(path, slots, 1);
	const objects = [...preload, request.counters ?? join(nativeFolder, 'entries.so')].join(':');
	const ours = {
		PYINTERPOSE_LEDGER: path,
		PYINTERPOSE_ENTRIES: blob,
		PYINTERPOSE_INTERPRETER: identity(interpreter),
		...env,
	};
	const [file = '', ...words] = [...under, ...(preloadAs?.(objects, ours) ?? []), ...command];
	const {status, signal, stdout, stderr} = spawnSync(file, words, {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
		env: {PATH: process.env.PATH, LC_ALL: 'C.UTF-8', ...ours, ...(preloadAs ? {} : {LD_PRELOAD: objects})},
	});
	const ledger = openLedger(path, slots);
	const rows = ledger.phase(0);
	const counters = ledger.entries();
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
		entries: (symbol, caller) =>
			both('bypassed', new Map(Object.entries(prepared.shared)).get(symbol) ?? slotOf(symbol), caller),
		honored: symbol => both('honored', slotOf(symbol)),
	};
}
