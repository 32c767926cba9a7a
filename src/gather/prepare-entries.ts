/** This file prepares the entry counters of an interpreter, and keeps them: an interpreter and a list of functions make one blob. */

import {createHash, randomUUID} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {openStore} from '../cache/store.js';
import type {Elf} from '../elf/elf.js';
import {aarch64Entries} from '../entries/aarch64/stub.js';
import {encodeBlob} from '../entries/blob.js';
import type {CopyLeftAlone, PlannedCopies, WantedCopy} from '../entries/copy.js';
import {orElfError} from '../entries/damaged.js';
import type {LeftAlone, Redirection, Wanted} from '../entries/entry.js';
import type {EntryMachine, EntryPlan} from '../entries/machine.js';
import {planEntries} from '../entries/plan.js';
import {loadX8664Entries} from '../entries/x86-64/stub.js';
import {layout} from '../ledger/layout.js';
import {byCodeUnit} from '../model/order.js';
import {readObjectFile} from '../object/object-file.js';
import {doBeside, type Job} from '../process/beside.js';
import {cannotBeWritten} from '../process/file-errors.js';
import type {Environment} from '../process/temporary.js';
import {contentDigest} from './static.js';

export interface EntriesRequest {
	readonly elfPath: string;
	readonly functions: readonly Wanted[];
	/** How many rows behind a slot's own its row for the other threads is; without, all threads share one. */
	readonly toSharedRow?: number;
	/** Of these, the functions that others jump to because the compiler found them to be the same: see `planEntries`. */
	readonly folded?: ReadonlySet<string>;
	/** Whether the interpreter's direct calls are counted where they are made: needs a row for the other threads. Not by default. */
	readonly atSites?: boolean;
	/** Whether every direct call from within the object is pointed past the counter, for no override could get it. Not by default. */
	readonly pastAll?: boolean;
	/** Inlined copies to be counted as well: needs `atSites`. */
	readonly copies?: CopiesRequest;
	/** Whether a second thread makes them where they are not kept: this one has other work. Not by default, and not with copies. */
	readonly beside?: boolean;
	/** Tells where they are kept. */
	readonly env: Environment;
	/** A temporary folder, for the copy that the target reads. */
	readonly folder: string;
}

/** Their counts are the rows of another phase of the ledger. */
export interface CopiesRequest {
	/** How many rows a phase has. */
	readonly rows: number;
	/** What the copies were read from. */
	readonly stamp: string;
	/** Asked for only where nothing is kept. */
	wanted(): readonly WantedCopy[];
}

/** Of inlined copies. */
export interface PreparedCopies {
	/** How many places of a function are counted, by symbol. */
	readonly counted: Readonly<Record<string, number>>;
	readonly left: readonly CopyLeftAlone[];
}

export interface Entries {
	/** For PYINTERPOSE_ENTRIES. */
	readonly blob: string;
	/** Sorted. */
	readonly patched: readonly string[];
	/** Sorted by symbol. */
	readonly left: readonly LeftAlone[];
	/** Names that share an address with a name that was listed before them, under whose slot both are counted. */
	readonly shared: Readonly<Record<string, number>>;
	/** Null where they were not asked for, or the CPU is another one than theirs. */
	readonly copies: PreparedCopies | null;
}

/** Errors: ElfError for a file that is none; SuiteError where the folder cannot be written. */
export async function prepareEntries({
	elfPath,
	functions,
	toSharedRow = 0,
	folded = new Set(),
	atSites = false,
	pastAll = false,
	copies,
	beside = false,
	env,
	folder,
}: EntriesRequest): Promise<Entries> {
	const wanted = {functions, toSharedRow, folded, atSites, pastAll, copies};
	const key = nameOf(contentDigest(elfPath, env), wanted);
	const store = openStore(env, 'entries');
	const kept = store.get(key);
	if (kept !== undefined) return handOut(folder, unpack(kept));
	const found = beside ? await doBeside(entriesJob, {elfPath, ...wanted}) : await makeFrom({elfPath, ...wanted});
	store.set(key, pack(found));
	return handOut(folder, found);
}

async function makeFrom({elfPath, ...wanted}: Counted & {readonly elfPath: string}): Promise<Made> {
	const {elf} = readObjectFile(elfPath);
	const machine = machines[elf.machine]?.();
	return machine === undefined ? unsupported(elf, wanted.functions) : make(elf, machine, wanted);
}

export const entriesJob: Job<Counted & {readonly elfPath: string}, Made> = {name: 'entries', work: makeFrom};

const machines: Readonly<Record<string, () => EntryMachine>> = {
	x86_64: () => loadX8664Entries(layout()),
	aarch64: () => aarch64Entries(layout()),
};

type Summary = Omit<Entries, 'blob'>;

/** What is to be counted. */
type Counted = Required<Pick<EntriesRequest, 'functions' | 'toSharedRow' | 'folded' | 'atSites' | 'pastAll'>> & {
	readonly copies: CopiesRequest | undefined;
};

interface Made {
	readonly bytes: Uint8Array;
	readonly summary: Summary;
}

/** To be raised with every change to what is written into blobs or left alone. */
const edition = 9;

/** Whatever the blob depends on: the interpreter, the functions, and this program's version of both. */
function nameOf(interpreter: string, {functions, toSharedRow, folded, atSites, pastAll, copies}: Counted): string {
	const list = functions.map(({slot, symbol}) => `${slot} ${symbol}${folded.has(symbol) ? ' folded' : ''}\n`);
	const text = `${layout().BLOB_VERSION} ${edition} ${toSharedRow} ${atSites} ${pastAll} ${copies?.rows} ${copies?.stamp}\n${list.join('')}`;
	return `${interpreter}-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}

function unsupported(elf: Elf, functions: readonly Wanted[]): Made {
	const reason = `entries are not counted on ${elf.machine}`;
	const left = functions
		.map(({symbol}) => ({symbol, reason}))
		.sort((one, other) => byCodeUnit(one.symbol, other.symbol));
	return {bytes: new Uint8Array(0), summary: {patched: [], left, shared: {}, copies: null}};
}

async function make(
	elf: Elf,
	machine: EntryMachine,
	{functions, toSharedRow, folded, atSites, pastAll, copies}: Counted,
): Promise<Made> {
	const ofFunctions = orElfError(() => planEntries(elf, functions, machine, folded));
	const wanted = atSites && machine.planCopies !== undefined ? (copies?.wanted() ?? null) : null;
	const planned =
		wanted === null ? null : orElfError(() => machine.planCopies?.(elf, wanted, ofFunctions.entries) ?? null);
	const entries = [...ofFunctions.entries, ...(planned?.entries ?? [])].sort(
		(one, other) => one.address - other.address,
	);
	// All calls are past, where those that count are not asked for.
	const sites = pastAll ? undefined : await machine.redirectedCalls?.(elf, {...ofFunctions, entries}, functions);
	const bound = pastAll ? boundCalls(elf, ofFunctions, machine) : [];
	const recursive = sites?.recursive ?? [];
	const plan = {...ofFunctions, entries, redirections: [...ofFunctions.redirections, ...recursive, ...bound]};
	const shared = plan.entries.flatMap(({slot, symbols}) =>
		symbols.slice(1).map(symbol => [symbol, slot ?? 0] as const),
	);
	const summary: Summary = {
		patched: plan.entries.flatMap(({symbols}) => symbols).sort(),
		left: plan.left,
		shared: Object.fromEntries(shared),
		copies: wanted === null || planned === null ? null : {counted: countedCopies(planned), left: planned.left},
	};
	const calls = atSites ? sites : undefined;
	return {bytes: orElfError(() => encodeBlob(elf, plan, machine, toSharedRow, calls, copies?.rows)), summary};
}

function countedCopies({counted}: PlannedCopies): Readonly<Record<string, number>> {
	const counts = new Map<string, number>();
	for (const {symbol} of counted) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
	return Object.fromEntries(counts);
}

function boundCalls(elf: Elf, {entries, redirections}: EntryPlan, machine: EntryMachine): readonly Redirection[] {
	const known = new Set(redirections.map(({at}) => at));
	return orElfError(() => machine.boundCalls(elf, entries)).filter(({at}) => !known.has(at));
}

/** The blob, the summary, and the summary's length as the last four bytes. */
function pack({bytes, summary}: Made): Buffer {
	const text = Buffer.from(JSON.stringify(summary));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	return Buffer.concat([bytes, text, length]);
}

function unpack(all: Buffer): Made {
	const end = all.length - 4;
	const start = end - all.readUInt32LE(end);
	return {bytes: all.subarray(0, start), summary: JSON.parse(all.toString('utf8', start, end))};
}

/** The target reads a copy that is nobody else's: whatever becomes of the cache meanwhile does nothing to it. */
function handOut(folder: string, {bytes, summary}: Made): Entries {
	const blob = join(folder, `${randomUUID()}.entries`);
	try {
		writeFileSync(blob, bytes, {mode: 0o600});
	} catch (cause) {
		throw cannotBeWritten(blob, cause);
	}
	return {blob, ...summary};
}
