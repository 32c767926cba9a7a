/** This file puts the sweep's shims in front of a program, whichever it is: the overrides, the entry counters, the ledger. */

import {mkdirSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {keptByFile, keptOr} from '../../cache/by-file.js';
import {layout} from '../../ledger/layout.js';
import {createLedger, type Ledger, openLedger, type Processes} from '../../ledger/ledger.js';
import {noCalls, type Row, together} from '../../ledger/row.js';
import type {SymbolReferences} from '../../model/binding.js';
import {readObjectFile} from '../../object/object-file.js';
import {allOf} from '../../process/at-once.js';
import {identity} from '../../process/file-identity.js';
import {type Environment, withPreloadableFolder} from '../../process/temporary.js';
import {type Entries, prepareEntries} from '../prepare-entries.js';
import {createTold, readTold, type Told} from '../told.js';
import {buildShim} from './build.js';
import {type Children, readChildren} from './children.js';
import {copiesRequest} from './copies.js';
import {libcSlots} from './libc.js';
import {type ExportedSlots, exportedSlots, type SweepSlots, sweepSlots} from './slots.js';

export interface SweptInterpreter extends SweepSlots {
	readonly interpreter: string;
	readonly machine: string;
	readonly buildId: string | null;
	/** Whether the interpreter is the executable. */
	readonly executable: boolean;
	/** The file whose functions the last slots are; null where none of libc's is counted. */
	readonly libc: string | null;
}

export interface SweepEntries extends Entries {
	/** Why no inlined copies are counted that were asked for, as a clause. */
	readonly noCopies: string | null;
}

export interface Shims {
	readonly kind: 'built';
	/** To be preloaded in this order: the generated shim, and its runtime in the same folder. */
	readonly paths: readonly [generated: string, runtime: string];
	/** Null where entries are not counted. */
	readonly entries: SweepEntries | null;
	readonly libc: SweptLibc | null;
	readonly literal: boolean;
	readonly functions: number;
	/** The folder of what else is preloaded. */
	readonly native: string;
}

export interface SweptLibc {
	readonly path: string;
	/** Null where entries are not counted. */
	readonly entries: SweepEntries | null;
}

/** What the ledger holds. */
export interface SweepCounts {
	/** Whether the shim shook hands. */
	readonly ready: boolean;
	/** Why no entries were counted; null where they were. */
	readonly noEntries: string | null;
	/** The same of libc's functions. */
	readonly noLibcEntries: string | null;
	readonly canary: number;
	/** By slot; the last is the canary's. */
	readonly rows: readonly Row[];
	/** By slot and apparent caller: honored calls that stand under another caller, for they are tail calls of that one. */
	readonly reattributed: readonly (readonly number[])[];
	/** By slot and caller: honored calls that stand under their apparent caller and may be tail calls of another. */
	readonly uncertain: readonly (readonly number[])[];
	/** By slot: how often its inlined copies were run; null where they were not counted. */
	readonly copies: readonly number[] | null;
	/** Slots of the GOT that led to an override when calls began to be counted at their sites, and did not at the end. */
	readonly namesChanged: number;
	readonly told: Told;
	readonly processes: Processes;
	/** What the program's processes counted, which is among the rows; null where they are not counted. */
	readonly children: Children | null;
}

/** Errors: SuiteError for a file that cannot be read, ElfError for one that is no ELF object. */
export function readInterpreter(
	interpreter: string,
	references?: ReadonlyMap<string, SymbolReferences>,
	env: Environment = {},
	libc: string | null = null,
): SweptInterpreter {
	const found = keptOr(keptByFile<KeptInterpreter>(interpreter, 'swept', env), () => exportsOf(interpreter));
	const {imports, ...exported} = found;
	const slots = sweepSlots(found.slots, references);
	const taken = new Set([...slots, ...found.leftOut].map(({symbol}) => symbol));
	const ofLibc = libc === null ? [] : libcSlots(libc, taken, new Set(imports), env);
	return {...exported, interpreter, libc, slots: [...slots, ...ofLibc]};
}

/** What an interpreter exports, without what is known of the references to it. */
type KeptInterpreter = Omit<SweptInterpreter, 'interpreter' | 'slots' | 'libc'> & ExportedSlots;

function exportsOf(interpreter: string): KeptInterpreter {
	const {elf} = readObjectFile(interpreter);
	const {machine, buildId, executable} = elf;
	return {machine, buildId, executable, ...exportedSlots(elf)};
}

export interface ShimsRequest extends SweptInterpreter {
	readonly entryCounts: boolean;
	/** Whether each call is counted by the override that it runs, and none at the site that makes it. Not by default. */
	readonly literal?: boolean;
	/** Whether inlined copies are counted, too, which needs debug information. Not by default. */
	readonly inlined?: boolean;
	readonly env: Environment;
	/** The folder of the native part for the program's libc. */
	readonly native: string;
	/** A temporary folder, from which code may be run. */
	readonly folder: string;
	/** What this thread waits for once a second one has begun. */
	turn?(): Promise<unknown>;
	readonly signal: AbortSignal;
}

export async function prepareShims(request: ShimsRequest): Promise<Shims | {kind: 'not-built'; reason: string}> {
	// Libc's are another thread's work, and it begins before this one has so much to do.
	const ofLibc =
		request.libc === null || !request.entryCounts ? Promise.resolve(null) : libcEntries(request.libc, request);
	const own = async () => {
		await request.turn?.();
		return prepareOwn(request);
	};
	const [entries, prepared] = await allOf([ofLibc, own()]);
	if (prepared.kind === 'not-built') return prepared;
	return {
		...prepared,
		libc: request.libc === null ? null : {path: request.libc, entries},
		literal: request.literal ?? false,
		functions: request.slots.length,
		native: request.native,
	};
}

async function prepareOwn(
	request: ShimsRequest,
): Promise<Pick<Shims, 'kind' | 'paths' | 'entries'> | {kind: 'not-built'; reason: string}> {
	const built = buildShim({
		...request,
		slots: request.slots.map(({name, version, hidden, named, family}) => ({
			name,
			version,
			hidden,
			named,
			ofLibc: family !== null,
		})),
	});
	if (built.kind === 'not-built') return built;
	return {...built, entries: request.entryCounts ? await entriesOf(request) : null};
}

async function libcEntries(elfPath: string, {slots, env, folder}: ShimsRequest): Promise<SweepEntries> {
	const entries = await prepareEntries({
		elfPath,
		functions: slots.flatMap(({symbol, family}, slot) => (family === null ? [] : {symbol, slot})),
		toSharedRow: slots.length + 1,
		pastAll: true,
		beside: true,
		env,
		folder,
	});
	return {...entries, noCopies: null};
}

async function entriesOf({interpreter, slots, env, folder, inlined = false}: ShimsRequest): Promise<SweepEntries> {
	// What is libc's is not the interpreter's, whatever its name.
	const symbols = slots.map(({symbol, family}) => (family === null ? symbol : ''));
	const copies = inlined ? copiesRequest(interpreter, symbols, sweepLedgerRows(slots.length), env) : null;
	const entries = await prepareEntries({
		...(copies === null || typeof copies === 'string' ? {} : {copies}),
		elfPath: interpreter,
		functions: slots.flatMap(({symbol, family}, slot) => (family === null ? {symbol, slot} : [])),
		toSharedRow: slots.length + 1,
		atSites: true,
		folded: new Set(slots.filter(({folded}) => folded).map(({symbol}) => symbol)),
		env,
		folder,
	});
	const isOther = inlined && typeof copies !== 'string' && entries.copies === null;
	return {
		...entries,
		noCopies: typeof copies === 'string' ? copies : isOther ? 'no code of this CPU is patched for it' : null,
	};
}

/** Calls `work` with what is to be added to the program's environment, and a way to read what was counted by then. */
export async function withShims<T>(
	env: Environment,
	{paths, entries, libc, literal, functions, native}: Shims,
	ledger: string,
	work: (env: Readonly<Record<string, string>>, counts: () => SweepCounts) => Promise<T>,
	withChildren = false,
): Promise<T> {
	const rows = sweepLedgerRows(functions);
	// The second phase is that of inlined copies.
	createLedger(ledger, rows, entries?.copies == null ? 1 : 2);
	const folder = withChildren ? `${ledger}.children` : null;
	if (folder !== null) mkdirSync(folder, {mode: 0o700});
	const told = `${ledger}.told`;
	createTold(told);
	return withPreloadableFolder(env, dirname(paths[0]), shims =>
		withPreloadableFolder(env, native, async others => {
			const preload = [
				...paths.map(path => join(shims, basename(path))),
				...(entries === null ? [] : [join(others, 'entries.so')]),
			];
			const open = openLedger(ledger, rows);
			try {
				return await work(
					{
						LD_PRELOAD: preload.join(':'),
						PYINTERPOSE_LEDGER: ledger,
						PYINTERPOSE_TOLD: told,
						...(folder === null ? {} : {PYINTERPOSE_CHILDREN: folder}),
						...(entries === null ? {} : {PYINTERPOSE_ENTRIES: entries.blob, PYINTERPOSE_LITERAL: literal ? '1' : '0'}),
						...(libc === null ? {} : {PYINTERPOSE_LIBC: identity(libc.path)}),
						...(libc?.entries == null ? {} : {PYINTERPOSE_ENTRIES_LIBC: libc.entries.blob}),
					},
					() => {
						const processes = open.processes();
						const children = folder === null ? null : readChildren(folder, rows, processes);
						const written = (children?.rows ?? []).reduce(
							(sum, own) => sum.map((row, slot) => together(row, own[slot] ?? noCalls)),
							open.phase(0),
						);
						const counted = Array.from({length: functions + 1}, (_, slot) =>
							together(written[slot] ?? noCalls, written[functions + 1 + slot] ?? noCalls),
						);
						const doubts = written.slice(2 * (functions + 1));
						return {
							ready: ((open.ready() >> BigInt(layout().SWEEP_BIT)) & 1n) === 1n,
							noEntries: entries === null ? notAsked : open.entries().reason,
							noLibcEntries: libc === null || libc.entries === null ? notAsked : open.entries('libc').reason,
							canary: counted[functions]?.honored.reduce((sum, number) => sum + number, 0) ?? 0,
							rows: counted,
							// SWEEP_REATTRIBUTED and SWEEP_UNCERTAIN of native/sweep/runtime.h.
							reattributed: doubts.map(({honored}) => honored),
							uncertain: doubts.map(({bypassed}) => bypassed),
							copies: entries?.copies == null || !open.copies() ? null : copiesOf(open, functions),
							namesChanged: open.namesChanged(),
							told: readTold(told),
							processes,
							children,
						};
					},
				);
			} finally {
				open.close();
			}
		}),
	);
}

const notAsked = 'they were not asked for';

/** One caller makes them all: the interpreter. */
function copiesOf(ledger: Ledger, functions: number): readonly number[] {
	return ledger
		.phase(1)
		.slice(0, functions)
		.map(({bypassed}) => bypassed[0] ?? 0);
}

/** Those of each function and of the canary (native/sweep/runtime.h). */
export function sweepLedgerRows(functions: number): number {
	return layout().SWEEP_ROWS * (functions + 1);
}
