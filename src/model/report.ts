/** This file defines the JSON that other tools read; schema/report.schema.json says the same to them. */

import type {Binding, InlinedTotals} from './binding.js';
import type {Caller, Family, Route} from './claim.js';
import type {Verdict, VerdictKind} from './verdict.js';

export interface Report {
	readonly schema: 2;
	readonly tool: {readonly name: 'pyinterpose'; readonly version: string};
	readonly host: Host;
	/** Sorted by id. */
	readonly targets: readonly TargetReport[];
	/** Targets that could not be tested at all; any makes the exit status 2. */
	readonly failures: readonly Failure[];
	/** Verdicts of all targets, without what the harness itself does to a build (the route `deepbind`). */
	readonly totals: Readonly<Record<VerdictKind, number>>;
}

export interface Host {
	readonly machine: string;
	readonly libc: string;
	readonly kernel: string;
}

export interface Failure {
	readonly target: string;
	readonly message: string;
}

export interface TargetReport {
	/** Stable and readable: cpython-3.11.2-static-1a2b3c4d. */
	readonly id: string;
	/** The ELF file that was started. */
	readonly executable: string;
	readonly interpreter: Interpreter;
	readonly python: PythonFacts;
	readonly declared: Declared;
	readonly binding: Binding;
	readonly inlined: InlinedTotals;
	/** Sorted by symbol. */
	readonly functions: readonly FunctionReport[];
	readonly findings: readonly Finding[];
}

export interface Interpreter {
	readonly path: string;
	readonly soname: string | null;
	readonly buildId: string | null;
	readonly linkage: 'static' | 'shared';
}

export interface PythonFacts {
	readonly implementation: string;
	readonly version: string;
	readonly abiflags: string;
	readonly debug: boolean;
	readonly freeThreaded: boolean;
}

/** What the build says of itself, each fact with its source. Never believed alone. */
export interface Declared {
	readonly facts: readonly DeclaredFact[];
}

export interface DeclaredFact {
	/** `Py_ENABLE_SHARED`, `CONFIG_ARGS`, `DW_AT_producer`, … */
	readonly name: string;
	readonly value: string;
	/** `sysconfig`, `build-details.json`, `debug-info`, `.GCC.command.line`, `annobin`. */
	readonly source: string;
}

/** One function that can be overridden, whether a probe knows it or not. */
export interface FunctionReport {
	readonly symbol: string;
	/** Of the curated list; null for the others. */
	readonly family: Family | null;
	/** `interpreter`, `libc`, or another object's soname. */
	readonly definedBy: string;
	/** The static witness, from inside the interpreter; null for a function that the interpreter does not define. */
	readonly references: FunctionReferences | null;
	/** Its inlined copies, as they ran; null where they were not counted. */
	readonly inlined: InlinedCalls | null;
	/** Sorted by caller. */
	readonly calls: readonly CallsReport[];
}

/** What ran in the place of calls, while the workload or the user's program did. */
export interface InlinedCalls {
	readonly calls: number;
	/** At how many places they were counted, and how many places are left, because it is not certain what a counter there would count. */
	readonly counted: number;
	readonly left: number;
}

export interface FunctionReferences {
	readonly preemptible: number;
	readonly bound: number;
	/** Direct calls of itself, which gcc binds at default flags: no loss. */
	readonly recursive: number;
	/** Jumps of a function that is nothing but such a jump (identical code folding): nobody called this one there. */
	readonly folded: number;
	/** Calls in the source in whose place a copy of the function stands; null where that is not known: see `inlined` of the target. */
	readonly inlined: number | null;
}

/** The calls of one function by one caller or on one route: what a claim is about. */
export interface CallsReport {
	readonly caller: Caller | Route;
	/** All that ran, probes and workload together; `bypassed` is null where some of it could not be counted. */
	readonly honored: number;
	readonly bypassed: number | null;
	/** Null where no probe makes the call, or its counts cannot be believed. */
	readonly probe: Counts | null;
	/** Null where the workload was not run, and on a route that is no caller. */
	readonly workload: Counts | null;
	readonly verdict: Verdict;
}

export interface Counts {
	readonly honored: number;
	readonly bypassed: number | null;
}

export interface Finding {
	/** A short name of the sort of finding: `linkage-contradicts`, `preload-ignored`, … */
	readonly kind: string;
	readonly message: string;
}
