/** This file defines what an audit says: whether a user's preload library still gets its calls from a Python. */

import type {Failure, Finding, Interpreter, PythonFacts, Report} from './report.js';
import type {Cause, Prediction} from './verdict.js';

export interface AuditReport {
	readonly schema: 2;
	readonly tool: Report['tool'];
	/** As they are preloaded: the first stands in front. */
	readonly libraries: readonly AuditedLibrary[];
	/** In the order given. */
	readonly builds: readonly AuditedBuild[];
	/** Pythons that could not be tested at all. */
	readonly failures: readonly Failure[];
}

export interface AuditedLibrary {
	readonly path: string;
	readonly soname: string | null;
	readonly buildId: string | null;
}

/** What happened to the libraries on one Python. */
export interface AuditedBuild {
	/** Stable and readable: cpython-3.11.2-static-1a2b3c4d. */
	readonly id: string;
	readonly executable: string;
	readonly interpreter: Interpreter;
	readonly python: PythonFacts;
	/** The libraries in the order in which they were preloaded here, as indices. */
	readonly order: readonly number[];
	/** Sorted by library, in their order, then by symbol: those that something else defines, too. */
	readonly functions: readonly AuditedFunction[];
	/** How many more functions the libraries define that nothing else does: they override nothing. */
	readonly own: number;
	/** Sorted by symbol. */
	readonly missing: readonly MissingFunction[];
	/** Null where none was asked for. */
	readonly expectation: AuditExpectation | null;
	/** How the program ended under the libraries, where it ends well without them; null otherwise. */
	readonly broken: string | null;
	readonly findings: readonly Finding[];
	/** Why nothing could be found out; null where it could. */
	readonly inconclusive: string | null;
}

/** A function that a library defines and something else does, too. */
export interface AuditedFunction {
	/** As the symbol table has it. */
	readonly symbol: string;
	/** Its version in the library; null where it has none, and then serves callers of every version. */
	readonly version: string | null;
	/** Which of the libraries, from 0 on. */
	readonly library: number;
	/** Who else defines it, in lookup order: `interpreter`, `libc`, or the file's name. */
	readonly definedBy: readonly string[];
	/** What the interpreter's file shows of its own references; null where it does not refer to it, or is not known. */
	readonly references: {readonly preemptible: number; readonly bound: number} | null;
	/** Sorted by caller. Empty for a function that stands behind another library's of the same name. */
	readonly calls: readonly AuditedCalls[];
	/** What the library in front lets through; null for a function that stands in front. */
	readonly chain: Chain | null;
	/** Calls that are nobody's loss: libc's own, the libraries' own, the function's of itself, entries through a folded thunk. */
	readonly aside: {readonly reached: number; readonly passed: number};
	/** Calls of the real function that a library made for a call of its own, one way or the other. */
	readonly forwarded: number;
	/** Why entries of the library's function, or of a real one, were not counted; null where all were. */
	readonly uncounted: string | null;
}

export interface Chain {
	/** The library that stands in front. */
	readonly behind: number;
	/** Calls that entered the library in front, and those of them that it passed on. */
	readonly made: number;
	readonly passedOn: number;
	readonly verdict: AuditVerdict;
}

export const auditedCallers = ['interpreter', 'executable', 'extension', 'library'] as const;
export type AuditedCaller = (typeof auditedCallers)[number];

export interface AuditedCalls {
	readonly caller: AuditedCaller;
	/** Calls that reached the library. */
	readonly honored: number;
	/** Calls that entered the real function without it; null where they could not be counted. */
	readonly bypassed: number | null;
	/** Calls that passed by, of which the call site does not tell whether this caller made them or what it called did. */
	readonly unsure: number;
	readonly verdict: AuditVerdict;
}

export type AuditVerdict =
	| {readonly kind: 'honored'}
	| {readonly kind: 'partial' | 'bypassed'; readonly because: Cause}
	/** `would-be` is what the references predict; null where there is none. */
	| {
			readonly kind: 'uncalled';
			readonly 'would-be': Prediction | null;
			readonly because: Cause | null;
	  }
	| {readonly kind: 'inconclusive'; readonly because: string};

/** A function that the Python calls, which belongs with what a library defines, and which it does not define. */
export interface MissingFunction {
	readonly symbol: string;
	/** The function that the library does define: another name of the same, or one of the same family. */
	readonly beside: string;
	readonly kind: 'other-name' | 'family';
	/** Calls that were made of it, by anybody but libc and the libraries; null where they could not be counted. */
	readonly calls: number | null;
	/** Who refers to it by that name. */
	readonly callers: readonly AuditedCaller[];
}

export interface AuditExpectation {
	readonly expression: string;
	/** What it gave, as Python writes it; or how the program ended instead. */
	readonly under: ExpressionOutcome;
	readonly without: ExpressionOutcome;
	readonly kept: boolean;
}

export type ExpressionOutcome =
	| {readonly kind: 'value'; readonly value: string; readonly truth: boolean}
	| {readonly kind: 'failed'; readonly reason: string};
