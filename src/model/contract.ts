/** This file defines what a build must keep to, and what breaks it. */

import type {BindingMode} from './binding.js';
import type {Route} from './claim.js';
import type {Cause, Verdict} from './verdict.js';

export const expectations = ['honored', 'honored-if-called', 'may-be-lost', 'not-overridable'] as const;
export type Expectation = (typeof expectations)[number];

/** What is against a rule of the severity `warning` is told, and fails nothing. */
export const severities = ['error', 'warning'] as const;
export type Severity = (typeof severities)[number];

/** A place in a contract's file, counted from 1. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/** A word of the contract, and where it stands. */
export interface Placed<T> {
	readonly value: T;
	readonly place: Place;
}

interface CommonRule {
	readonly place: Place;
	/** Patterns over target ids; empty for every target. */
	readonly targets: readonly Placed<string>[];
	/** A pattern of an optional rule may match nothing. */
	readonly optional: boolean;
	readonly severity: Severity;
	/** The last day on which the rule holds, in UTC: 2027-01-31. Null for one that does not end. */
	readonly until: string | null;
	readonly reason: string;
}

export interface ClaimRule extends CommonRule {
	readonly kind: 'claims';
	/** Patterns over ids (`PyErr_*` + `/interpreter`) or over symbols; empty for every claim. */
	readonly claims: readonly Placed<string>[];
	readonly families: readonly Placed<string>[];
	readonly routes: readonly Placed<Route>[];
	readonly expect: Expectation;
	/** The least share of calls that must run the override; 1 asks for all. */
	readonly share: number;
}

export interface BindingRule extends CommonRule {
	readonly kind: 'binding';
	readonly modes: readonly BindingMode[];
}

/** The name of every exported function matches one of the patterns. */
export interface ExportsRule extends CommonRule {
	readonly kind: 'exports';
	readonly patterns: readonly string[];
}

export type Rule = ClaimRule | BindingRule | ExportsRule;

export interface Contract {
	readonly file: string;
	/** Those that hold on the day for which the contract was read. */
	readonly rules: readonly Rule[];
	readonly ended: readonly EndedRule[];
}

/** A rule that decides nothing any more. */
export interface EndedRule {
	readonly place: Place;
	readonly until: string;
	readonly reason: string;
}

/** What of a contract a build does not keep. */
export interface Broken {
	readonly target: string;
	/** The file that holds the interpreter, for `explain`. */
	readonly object: string;
	/** A claim's id, `binding`, `exports`, or the name of an exported function: `readline_hook/exported`. */
	readonly claim: string;
	readonly symbol: string | null;
	readonly route: Route | null;
	/** `honored`, `honored for at least 90% of calls`, `binding mode preemptible`, … */
	readonly expected: string;
	readonly seen: Verdict | BindingMode | 'exported' | null;
	readonly because: Cause | null;
	readonly severity: Severity;
	readonly reason: string;
	/** Null for a baseline. */
	readonly place: Place | null;
	/** It could not be found out whether the contract is kept. */
	readonly undecided: boolean;
}

/** What a contract or a baseline comes to. */
export interface Held {
	readonly broken: readonly Broken[];
	/** What was asked for and is kept, each by `claimKey`. What may be lost was not asked for. */
	readonly kept: ReadonlySet<string>;
	readonly ended: readonly EndedRule[];
}

/** A claim of one build. */
export function claimKey(target: string, claim: string): string {
	return `${target}\0${claim}`;
}
