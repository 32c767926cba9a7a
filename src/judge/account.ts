/**
 * This file draws up the one accounting of a build: a row for every function that can be overridden, whether a probe knows
 * it or not, with its calls by each caller. Probes only make sure that a call happens, the workload adds what it happens
 * to call, and the ELF file says what could be called; the verdict is drawn from all of them together.
 */

import type {StaticWitness, SymbolReferences} from '../model/binding.js';
import {type Caller, callers, type Family, interpreterFamilies, type Route, routes} from '../model/claim.js';
import type {CallsEvidence, Counted, FirstDefinition, ProbedCalls, ProbedClaim, Workload} from '../model/evidence.js';
import {groupBy} from '../model/group-by.js';
import {byCodeUnit} from '../model/order.js';
import type {Counts, FunctionReferences, FunctionReport} from '../model/report.js';
import type {Preload} from '../model/target.js';
import type {Cause} from '../model/verdict.js';
import {judgeCalls} from './judge.js';

export interface AccountedBuild {
	readonly linkage: 'static' | 'shared';
	/** The functions that the interpreter exports. */
	readonly exports: ReadonlySet<string>;
	readonly probed: readonly ProbedClaim[];
	/** `dropped` where no preload reaches the Python. */
	readonly preload: Preload;
	/** Null where it was not run, or could not be counted. */
	readonly workload: Workload | null;
	readonly witness: StaticWitness | null;
	/** By symbol; null where the loader was not asked. */
	readonly first: ReadonlyMap<string, FirstDefinition> | null;
	/** Which rows are wanted. */
	wants(symbol: string, family: Family | null, caller: Caller | Route): boolean;
}

/** Sorted by symbol, their calls by caller. */
export function account(build: AccountedBuild): readonly FunctionReport[] {
	const probes = groupBy(build.probed, ({claim}) => claim.symbol);
	const ofLibc = [...(build.workload?.bySymbol ?? [])].filter(([, {family}]) => family !== null);
	return [...new Set([...probes.keys(), ...build.exports, ...ofLibc.map(([symbol]) => symbol)])]
		.sort(byCodeUnit)
		.flatMap(symbol => functionReport(symbol, probes.get(symbol) ?? [], build));
}

function functionReport(symbol: string, probed: readonly ProbedClaim[], build: AccountedBuild): FunctionReport[] {
	const family = probed[0]?.claim.family ?? build.workload?.bySymbol.get(symbol)?.family ?? null;
	const calls = rowsOf(symbol, probed, build)
		.filter(caller => build.wants(symbol, family, caller))
		.map(caller => judgeCalls(evidenceOn(symbol, family, caller, probed, build)));
	if (calls.length === 0) return [];
	const references = build.witness?.bySymbol.get(symbol);
	return [
		{
			symbol,
			family,
			definedBy: definedBy(symbol, family, build),
			references: references === undefined ? null : referenceCounts(references, false),
			inlined: build.workload?.bySymbol.get(symbol)?.inlined ?? null,
			calls,
		},
	];
}

/** What a probe takes, what the workload saw, and for what the interpreter exports, or imports from libc, always the interpreter's row. */
function rowsOf(
	symbol: string,
	probed: readonly ProbedClaim[],
	{workload, exports, witness}: AccountedBuild,
): (Caller | Route)[] {
	const seen = workload?.bySymbol.get(symbol);
	const entered = Object.keys(seen?.calls ?? {}) as Caller[];
	const isCountedOfLibc = (seen?.family ?? null) !== null;
	const isOwn = exports.has(symbol) || (isCountedOfLibc && witness?.imports.has(symbol) === true);
	// That is most of them.
	if (probed.length === 0 && entered.every(caller => caller === 'interpreter'))
		return isOwn ? ['interpreter'] : entered;
	const rows = new Set<Caller | Route>([...probed.map(({claim}) => claim.route), ...entered]);
	if (isOwn) rows.add('interpreter');
	return routes.filter(route => rows.has(route)).sort(byCodeUnit);
}

function evidenceOn(
	symbol: string,
	family: Family | null,
	caller: Caller | Route,
	probed: readonly ProbedClaim[],
	build: AccountedBuild,
): CallsEvidence {
	const probe = probed.find(({claim}) => claim.route === caller);
	const isOwn = ownedByInterpreter(family);
	const first = firstFor(caller, build.first?.get(symbol) ?? null);
	return {
		symbol,
		family,
		caller,
		defined: probe?.defined ?? true,
		probe: probe === undefined ? null : column(probe.counted, callerOf[caller]),
		workload: workloadCounts(symbol, caller, build),
		references: ownReferences(symbol, caller, build),
		byNameOnly: isOwn ? caller === 'executable' && build.linkage === 'shared' : callsLibcByName(symbol, caller, build),
		preload: build.preload,
		first,
		cause: causeOf(symbol, isOwn, caller, first, build),
	};
}

/** Its relocations say so of the interpreter, and a probe makes its calls so; a user's object may have an address from a handle. */
function callsLibcByName(symbol: string, caller: Caller | Route, {witness}: AccountedBuild): boolean {
	return witness !== null && !witness.bySymbol.has(symbol) && caller !== 'extension' && caller !== 'library';
}

/** What is hidden in the interpreter's file stands before nothing that others call. */
function firstFor(caller: Caller | Route, first: FirstDefinition | null): FirstDefinition | null {
	return first?.kind === 'hidden' && caller !== 'interpreter' && caller !== 'table' ? null : first;
}

/** The caller that a route's calls are counted under. */
const callerOf = {
	interpreter: 'interpreter',
	table: 'interpreter',
	executable: 'executable',
	extension: 'extension',
	deepbind: 'extension',
	library: 'library',
	// Our extension looks the address up, and calls it.
	dlsym: 'extension',
} as const satisfies Record<Route, Caller>;

function column(counted: Counted, caller: Caller): ProbedCalls {
	if (counted.kind === 'unknown') return counted;
	const {honored, bypassed, made} = counted;
	return {kind: 'counted', honored: honored[caller], bypassed: bypassed?.[caller] ?? null, made};
}

/** Zeros where nobody entered a function that was overridden; null where the workload says nothing of this function or route. */
function workloadCounts(symbol: string, caller: Caller | Route, {workload}: AccountedBuild): Counts | null {
	const found = workload?.bySymbol.get(symbol);
	if (found === undefined || !(callers as readonly string[]).includes(caller)) return null;
	const counts = found.calls[caller as Caller];
	if (counts !== undefined) return counts;
	if (found.entriesCounted) return {honored: 0, bypassed: 0};
	// Nothing was seen of a caller whose calls of libc no relocation tells of, either.
	return found.family !== null && caller !== 'interpreter' ? null : {honored: 0, bypassed: null};
}

function ownReferences(symbol: string, caller: Caller | Route, {witness}: AccountedBuild): FunctionReferences | null {
	if (caller !== 'interpreter' && caller !== 'table') return null;
	const references = witness?.bySymbol.get(symbol);
	if (references !== undefined) {
		return referenceCounts(references, caller === 'table');
	}
	if (caller !== 'interpreter' || witness === null) return null;
	return {preemptible: witness.imports.get(symbol) ?? 0, bound: 0, recursive: 0, folded: 0, inlined: null};
}

/** In a table, such as a type's slots, only addresses lead to a function. */
function referenceCounts(
	{calls, addresses, recursive, folded, inlined}: SymbolReferences,
	isTable: boolean,
): FunctionReferences {
	return {
		preemptible: addresses.preemptible + (isTable ? 0 : calls.preemptible),
		bound: addresses.bound + (isTable ? 0 : calls.bound),
		recursive,
		folded,
		inlined,
	};
}

/** The functions of Python's C API, those outside the curated list included; not libc's. */
function ownedByInterpreter(family: Family | null): boolean {
	return family === null || (interpreterFamilies as readonly string[]).includes(family);
}

function causeOf(
	symbol: string,
	isOwn: boolean,
	caller: Caller | Route,
	first: FirstDefinition | null,
	{linkage, witness, workload}: AccountedBuild,
): Cause {
	if (caller === 'deepbind') return 'deepbind';
	if (first?.kind === 'executable' || first?.kind === 'hidden') return 'executable-defines-it';
	if (first?.kind === 'other') return 'other-object-defines-it';
	if (isOwn && linkage === 'static') return 'executable-defines-it';
	if (isOwn && (caller === 'interpreter' || caller === 'table')) return witness?.causeOf(symbol) ?? 'unknown';
	const shown = (callers as readonly string[]).includes(caller)
		? workload?.bySymbol.get(symbol)?.causes?.[caller as Caller]
		: undefined;
	if (shown !== undefined) return shown;
	// An object outside refers to the function by its name only; what passed the override by went through an address from a
	// table of the interpreter's, such as a type slot.
	return isOwn && (witness?.bySymbol.get(symbol)?.addresses.bound ?? 0) > 0 ? 'handed-out-address' : 'unknown';
}

function definedBy(symbol: string, family: Family | null, {exports, first}: AccountedBuild): string {
	const found = first?.get(symbol);
	if (found?.kind === 'other') return found.soname;
	return ownedByInterpreter(family) || exports.has(symbol) ? 'interpreter' : 'libc';
}
