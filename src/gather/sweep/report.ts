/** This file says what a sweep has found: its report, and what keeps the report from being whole. */

import type {StaticWitness} from '../../model/binding.js';
import type {Workload} from '../../model/evidence.js';
import {groupBy} from '../../model/group-by.js';
import {byCodeUnit} from '../../model/order.js';
import type {Finding, InlinedCalls} from '../../model/report.js';
import type {Environment} from '../../process/temporary.js';
import type {PreparedCopies} from '../prepare-entries.js';
import {workloadOf} from './attribute.js';
import {isForeignInterface} from './foreign-interface.js';
import {importersAmong} from './importers.js';
import {callsByName} from './named-calls.js';
import type {Shims, SweepCounts, SweepEntries, SweptInterpreter} from './shims.js';

export function reportOf(
	{slots, executable}: SweptInterpreter,
	{entries, libc}: Pick<Shims, 'entries' | 'libc'>,
	{rows, noEntries, noLibcEntries, copies, told}: SweepCounts,
	{bySymbol}: Pick<StaticWitness, 'bySymbol'>,
	env: Environment,
): Workload {
	return workloadOf({
		slots,
		rows,
		inlined:
			copies === null
				? null
				: inlinedCalls(
						slots.map(({symbol}) => symbol),
						copies,
						entries,
					),
		entries: new Set([...counted(entries, noEntries), ...counted(libc?.entries ?? null, noLibcEntries)]),
		aliases: new Map([...sharedOf(entries, noEntries), ...sharedOf(libc?.entries ?? null, noLibcEntries)]),
		references: bySymbol,
		executable,
		told,
		isForeignInterface,
		callsByName,
		importers: importersAmong(told.loaded, env),
	});
}

/** Those whose entries were counted. */
function counted(entries: SweepEntries | null, none: string | null): readonly string[] {
	return entries === null || none !== null ? [] : entries.patched.filter(isFirst(entries));
}

function sharedOf(entries: SweepEntries | null, none: string | null): readonly [string, number][] {
	return entries === null || none !== null ? [] : Object.entries(entries.shared);
}

/** By slot. */
function inlinedCalls(
	symbols: readonly string[],
	copies: readonly number[],
	entries: SweepEntries | null,
): readonly InlinedCalls[] {
	const left = new Map<string, number>();
	for (const {symbol} of entries?.copies?.left ?? []) left.set(symbol, (left.get(symbol) ?? 0) + 1);
	return symbols.map((symbol, slot) => ({
		calls: copies[slot] ?? 0,
		counted: countOf(entries?.copies?.counted ?? {}, symbol),
		left: left.get(symbol) ?? 0,
	}));
}

/** A function may be called toString. */
function countOf(counts: Readonly<Record<string, number>>, symbol: string): number {
	return Object.hasOwn(counts, symbol) ? (counts[symbol] ?? 0) : 0;
}

/** Several names of one entry have one counter, which stands under the first of them. */
function isFirst({shared}: SweepEntries): (symbol: string) => boolean {
	// A function may be called toString.
	return symbol => !Object.hasOwn(shared, symbol);
}

export function findingsOf(
	{slots, leftOut}: SweptInterpreter,
	{entries, libc}: Pick<Shims, 'entries' | 'libc'>,
	counts: SweepCounts,
): Finding[] {
	const {noEntries, uncertain} = counts;
	const findings: Finding[] = [];
	for (const {path} of counts.told.loaded.filter(({path}) => isLibpython(path))) {
		findings.push({
			kind: 'second-libpython',
			message: `${path} was loaded as well, a second libpython beside the interpreter that was tested; what it calls is counted as a library's.`,
		});
	}
	if (!counts.told.complete) {
		findings.push({
			kind: 'sweep-told-cut-short',
			message:
				'The process had more to tell of who calls past the overrides than there was room for: calls may stand under another caller, and causes may be unknown.',
		});
	}
	if (leftOut.length > 0) {
		findings.push({kind: 'sweep-left-out', message: `The sweep leaves out ${listed(leftOut)}.`});
	}
	const doubted = slots.flatMap(({symbol}, slot) => {
		const calls = sum(uncertain[slot]);
		return calls === 0 ? [] : [{symbol, calls}];
	});
	if (doubted.length > 0) {
		const calls = doubted.map(({symbol, calls}) => `${symbol} (${calls})`).join(', ');
		findings.push({
			kind: 'sweep-uncertain-caller',
			message: `It cannot be told whether the interpreter made these calls, through an address in another object's table, or that object by a tail call; they are counted as the interpreter's: ${calls}.`,
		});
	}
	if (entries === null) return findings;
	if (libc?.entries != null) findings.push(...libcFindings(libc.entries, counts.noLibcEntries));
	if (noEntries !== null) {
		findings.push({
			kind: 'sweep-entries-not-counted',
			message: `Calls past the overrides were not counted in the sweep: ${noEntries}.`,
		});
		return findings;
	}
	if (counts.namesChanged > 0) {
		findings.push({
			kind: 'sweep-names-changed',
			message: `The program made ${counts.namesChanged} of the interpreter's names lead past their overrides while it ran: calls by these names are counted as honored all the same; --literal counts what ran.`,
		});
	}
	if (entries.left.length > 0) {
		findings.push({
			kind: 'sweep-entries-left-alone',
			message: `Calls past the override were not counted in the sweep for ${listed(entries.left)}.`,
		});
	}
	findings.push(...copiesUncounted(entries, counts), ...copiesLeft(entries));
	for (const [symbol, slot] of Object.entries(entries.shared)) {
		findings.push({
			kind: 'sweep-shared-entry',
			message: `${symbol} and ${slots[slot]?.symbol} are one function: calls past either override are counted as ${slots[slot]?.symbol}'s.`,
		});
	}
	return findings;
}

/** Names that share an address are one function in libc, too, and are told in one sentence. */
function libcFindings({left, shared}: SweepEntries, none: string | null): Finding[] {
	if (none !== null) {
		const message = `Calls of libc's functions past the overrides were not counted: ${none}.`;
		return [{kind: 'sweep-entries-not-counted', message}];
	}
	const names = Object.keys(shared);
	const alone = [
		...(left.length === 0 ? [] : [`Calls past the override were not counted of libc's ${listed(left)}.`]),
		...(names.length === 0
			? []
			: [
					`libc's ${names.join(', ')} are further names of other functions, under which calls past either override are counted.`,
				]),
	];
	return alone.map(message => ({kind: 'sweep-entries-left-alone', message}));
}

function copiesUncounted({copies, noCopies}: SweepEntries, counts: SweepCounts): readonly Finding[] {
	const wherever = 'that is done only where calls are counted at their sites';
	const reason = noCopies ?? (copies !== null && counts.copies === null ? wherever : null);
	return reason === null
		? []
		: [{kind: 'inlined-not-counted', message: `Inlined copies are not counted as they run: ${reason}.`}];
}

/** One for each reason, with every place. */
function copiesLeft({copies}: SweepEntries): readonly Finding[] {
	return [...groupBy(copies?.left ?? [], ({reason}) => reason)]
		.sort(([one], [other]) => byCodeUnit(one, other))
		.map(([reason, places]) => ({
			kind: 'inlined-not-counted',
			message: `${places.length} inlined ${places.length === 1 ? 'copy is' : 'copies are'} not counted as they run, because ${reason}: ${places.map(placeWords).join(', ')}.`,
		}));
}

function placeWords({symbol, within, entry}: PreparedCopies['left'][number]): string {
	return `${symbol} in ${within ?? '?'}${entry === null ? '' : ` (0x${entry.toString(16)})`}`;
}

/**
 * What was counted and the ELF file leaves unexplained: where the interpreter calls past an override, it has a bound reference. Recursive
 * and folded ones are not counted, so they explain nothing.
 */
export function sweepDisagreements({bySymbol}: Workload, references: StaticWitness['bySymbol']): Finding[] {
	return [...bySymbol].flatMap(([symbol, {calls: made, family}]) => {
		const bypassed = family === null ? (made.interpreter?.bypassed ?? 0) : 0;
		const {calls, addresses} = references.get(symbol) ?? unreferenced;
		if (bypassed === 0 || calls.bound + addresses.bound > 0) return [];
		return [
			{
				kind: 'sweep-disagrees',
				message: `${bypassed} ${bypassed === 1 ? 'call' : 'calls'} of ${symbol} by the interpreter passed its override by, and the static witness shows no reference that could.`,
			},
		];
	});
}

const none = {preemptible: 0, bound: 0} as const;
const unreferenced = {calls: none, addresses: none} as const;

function listed(symbols: readonly {readonly symbol: string; readonly reason: string}[]): string {
	return symbols.map(({symbol, reason}) => `${symbol} (${reason})`).join(', ');
}

function sum(numbers: readonly number[] = []): number {
	return numbers.reduce((total, number) => total + number, 0);
}

function isLibpython(path: string): boolean {
	return /\/libpython\d+\.\d+[a-z]*\.so/.test(path);
}
