/** This file turns the rows of a sweep's ledger into what ran: calls by function and by the caller that made them. */

import {basename} from 'node:path';
import {noCalls, type Row} from '../../ledger/row.js';
import type {SymbolReferences} from '../../model/binding.js';
import {type Caller, callers} from '../../model/claim.js';
import type {Workload, WorkloadFunction} from '../../model/evidence.js';
import type {Counts, InlinedCalls} from '../../model/report.js';
import type {Cause} from '../../model/verdict.js';
import type {ForeignEntry, Told} from '../told.js';
import type {SweepSlot} from './slots.js';

export interface Swept {
	readonly slots: readonly Pick<SweepSlot, 'symbol' | 'family'>[];
	/** By slot. */
	readonly rows: readonly Row[];
	/** What is known of the inlined copies of each, by slot; null where they were not counted. */
	readonly inlined: readonly InlinedCalls[] | null;
	/** The symbols whose entries were counted. */
	readonly entries: ReadonlySet<string>;
	/** Further names of functions, with the slot of the name under which their entries were counted. */
	readonly aliases: ReadonlyMap<string, number>;
	readonly references: ReadonlyMap<string, SymbolReferences>;
	/** Whether the interpreter is the executable, which stands before every preloaded object in the lookup scope. */
	readonly executable: boolean;
	readonly told: Told;
	/** Whether an object, by its path, calls addresses that it is handed, as libffi does. */
	isForeignInterface(object: string): boolean;
	/** Whether an object, by its path, calls a function by its name. */
	callsByName(object: string, symbol: string): boolean;
	/** The roles of the objects outside the interpreter that import a function. */
	importers(symbol: string): ReadonlySet<Caller>;
}

export function workloadOf(swept: Swept): Workload {
	return {
		bySymbol: new Map(
			swept.slots.map(({symbol, family}, slot) => {
				const counted: WorkloadFunction = {
					family,
					entriesCounted: swept.entries.has(symbol) || isNeverPassed(symbol, swept),
					calls: callsOf(symbol, slot, swept),
					causes: causesOf(slot, swept),
				};
				const inlined = swept.inlined?.[slot];
				return [symbol, inlined === undefined ? counted : {...counted, inlined}];
			}),
		),
		first: new Map(
			[...swept.told.first].flatMap(([slot, first]) => {
				const symbol = swept.slots[slot]?.symbol;
				return symbol === undefined ? [] : [[symbol, first] as const];
			}),
		),
	};
}

/** A further name of a function that nobody entered past either override. */
function isNeverPassed(symbol: string, {aliases, rows}: Swept): boolean {
	const slot = aliases.get(symbol);
	return slot !== undefined && sum(rows[slot]?.bypassed ?? [1]) === 0;
}

const interpreter = callers.indexOf('interpreter');
const library = callers.indexOf('library');

function callsOf(symbol: string, slot: number, swept: Swept): Partial<Record<Caller, Counts>> {
	const {rows} = swept;
	// That is most of them.
	if (rows[slot] === noCalls) return {};
	const honored = rows[slot]?.honored ?? [];
	const entries = swept.entries.has(symbol)
		? (rows[slot]?.bypassed ?? [])
		: isNeverPassed(symbol, swept)
			? callers.map(() => 0)
			: null;
	// Who entered a function of libc's was told from the call itself (native/entries/role.c).
	const isTold = entries === null || swept.slots[slot]?.family !== null;
	const bypassed = isTold ? entries : byJumps(entries, symbol, slot, swept);
	const calls = callers.map((caller, column): [Caller, Counts] => [
		caller,
		{honored: honored[column] ?? 0, bypassed: bypassed === null ? null : (bypassed[column] ?? 0)},
	]);
	return Object.fromEntries(calls.filter(([, counts]) => counts.honored > 0 || (counts.bypassed ?? 0) > 0));
}

function byJumps(entries: readonly number[], symbol: string, slot: number, swept: Swept): readonly number[] {
	const references = swept.references.get(symbol) ?? none;
	const entered = swept.told.entered.get(slot) ?? [];
	const own = swept.executable
		? withShortJumps(entries, symbol, references, entered, swept)
		: byActualCaller(entries, references, entered);
	return withTailCalls(own, symbol, swept);
}

/**
 * A jump of the interpreter's that is too short to lead to a stub is counted by the return address, which is that of whoever called the
 * function that ends in the jump. gcc 14 makes `main` nothing but such a jump, to Py_BytesMain. libc calls `main`, and has no address of any
 * other function but from who hands it one: where neither the interpreter nor an importer could, the call is the interpreter's.
 */
function withShortJumps(
	bypassed: readonly number[],
	symbol: string,
	{calls, addresses}: Pick<SymbolReferences, 'calls' | 'addresses'>,
	entered: readonly ForeignEntry[],
	{importers}: Swept,
): readonly number[] {
	const libraries = entered.filter(({caller}) => caller === 'library');
	const isLibc = libraries.length > 0 && libraries.every(({object}) => /^(libc\.|ld-musl)/.test(basename(object)));
	const isHandedOut = addresses.preemptible + addresses.bound > 0 || importers(symbol).size > 0;
	if (!isLibc || isHandedOut || calls.bound === 0) return bypassed;
	const jumps = bypassed[library] ?? 0;
	return bypassed.map((calls, column) => (column === library ? 0 : column === interpreter ? calls + jumps : calls));
}

/**
 * An entry whose return address lies outside a shared interpreter is that object's own call, by a name that its own scope resolves or
 * by an address; or a tail call of the interpreter: the object called another function of the interpreter, which jumped here and left
 * the object's return address in place. A relocation that names the function and holds it decides for the object. So does that the
 * interpreter binds no call of the function, with which it could have jumped. Where the interpreter keeps the function's address in a
 * table, others have it from there.
 */
function byActualCaller(
	bypassed: readonly number[],
	{calls, addresses}: Pick<SymbolReferences, 'calls' | 'addresses'>,
	entered: readonly ForeignEntry[],
): readonly number[] {
	if (addresses.bound > 0 || calls.bound === 0) return bypassed;
	const isOwn = (caller: Caller) => entered.some(one => one.caller === caller && one.byName);
	const own = bypassed.map((calls, column) => (column === interpreter || isOwn(callers[column] as Caller) ? calls : 0));
	return own.map((calls, column) => (column === interpreter ? calls + sum(bypassed) - sum(own) : calls));
}

/**
 * An entry that returns into the interpreter, of a function to which the interpreter binds nothing, is a tail call of another object:
 * the interpreter called a function of that object, which jumped here. It is that object's call where only objects of one role
 * import the function.
 */
function withTailCalls(bypassed: readonly number[], symbol: string, {references, importers}: Swept): readonly number[] {
	const tail = bypassed[interpreter] ?? 0;
	const {calls, addresses, recursive, folded} = references.get(symbol) ?? none;
	if (tail === 0 || calls.bound + addresses.bound + recursive + folded > 0) return bypassed;
	const [only, ...others] = importers(symbol);
	if (only === undefined || others.length > 0) return bypassed;
	const to = callers.indexOf(only);
	return bypassed.map((calls, column) => (column === interpreter ? 0 : column === to ? calls + tail : calls));
}

/** Of callers outside a shared interpreter; a static one's functions are in the executable, which stands first for everybody. */
function causesOf(
	slot: number,
	{slots, references, executable, told, isForeignInterface, callsByName}: Swept,
): Readonly<Partial<Record<Caller, Cause>>> {
	const {symbol, family} = slots[slot] ?? {symbol: '', family: null};
	const entered = executable && family === null ? [] : (told.entered.get(slot) ?? []);
	if (entered.length === 0) return {};
	const handedOut = (references.get(symbol)?.addresses.bound ?? 0) > 0;
	return Object.fromEntries(
		callers
			.filter(caller => entered.some(one => one.caller === caller))
			.map(caller => {
				const ways = entered.filter(one => one.caller === caller);
				const named = ways.filter(({byName}) => byName);
				if (named.some(({object}) => callsByName(object, symbol))) return [caller, 'deepbind'];
				if (named.length > 0) return [caller, 'unknown'];
				// It calls nothing but the addresses that ctypes and its like hand to it, which have them from a handle.
				const byHandle = ways.every(({object}) => isForeignInterface(object));
				return [caller, handedOut && !byHandle ? 'handed-out-address' : 'handle'];
			}),
	);
}

const none = {
	calls: {preemptible: 0, bound: 0},
	addresses: {preemptible: 0, bound: 0},
	recursive: 0,
	folded: 0,
} as const;

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
