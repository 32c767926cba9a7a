/** This file defines the JSON that other tools read; schema/report.schema.json says the same to them. */

import type {Binding} from './binding.js';
import type {Caller, Route} from './claim.js';
import type {Verdict, VerdictKind} from './verdict.js';

export interface Report {
	readonly schema: 1;
	readonly tool: {readonly name: 'pyinterpose'; readonly version: string};
	readonly host: Host;
	/** Sorted by id. */
	readonly targets: readonly TargetReport[];
	/** Targets that could not be tested at all; any makes the exit status 2. */
	readonly failures: readonly Failure[];
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
	/** Sorted by id. */
	readonly claims: readonly ClaimReport[];
	/** Null with the reason among the findings. */
	readonly sweep: SweepReport | null;
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

export interface ClaimReport {
	readonly id: string;
	readonly symbol: string;
	readonly route: Route;
	readonly family: string;
	readonly verdict: Verdict;
}

export interface SweepReport {
	/** Overridden. */
	readonly functions: number;
	/** Entered at all, either way. */
	readonly called: number;
	readonly calls: {readonly honored: number; readonly bypassed: number | null};
	/** Sorted by symbol; those entered at all. */
	readonly symbols: readonly SweptSymbol[];
}

export interface SweptSymbol {
	readonly symbol: string;
	readonly callers: readonly SweptCaller[];
	/** The static witness, from inside the interpreter. */
	readonly references: {readonly preemptible: number; readonly bound: number};
	/** Of these calls, those whose return address lies with another caller: the caller that they are counted under has jumped. */
	readonly tailCalls: number;
}

export interface SweptCaller {
	readonly caller: Caller;
	readonly honored: number;
	readonly bypassed: number | null;
}

export interface Finding {
	/** A short name of the sort of finding: `linkage-contradicts`, `preload-ignored`, … */
	readonly kind: string;
	readonly message: string;
}
