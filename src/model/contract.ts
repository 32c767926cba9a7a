/** This file defines what a build must keep to, and what breaks it. */

import type {BindingMode} from './binding.js';
import type {Route} from './claim.js';
import type {Cause, Verdict} from './verdict.js';

export const expectations = ['honored', 'honored-if-called', 'may-be-lost', 'not-overridable'] as const;
export type Expectation = (typeof expectations)[number];

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

export interface ClaimRule {
	readonly kind: 'claims';
	readonly place: Place;
	/** Patterns over target ids; empty for every target. */
	readonly targets: readonly Placed<string>[];
	/** Patterns over ids (`PyErr_*` + `/interpreter`) or over symbols; empty for every claim. */
	readonly claims: readonly Placed<string>[];
	readonly families: readonly Placed<string>[];
	readonly routes: readonly Placed<Route>[];
	readonly expect: Expectation;
	/** The least share of calls that must run the override; 1 asks for all. */
	readonly share: number;
	/** A pattern of an optional rule may match nothing. */
	readonly optional: boolean;
	readonly reason: string;
}

export interface BindingRule {
	readonly kind: 'binding';
	readonly place: Place;
	readonly targets: readonly Placed<string>[];
	readonly modes: readonly BindingMode[];
	readonly optional: boolean;
	readonly reason: string;
}

export type Rule = ClaimRule | BindingRule;

export interface Contract {
	readonly file: string;
	readonly rules: readonly Rule[];
}

/** What of a contract a build does not keep. */
export interface Broken {
	readonly target: string;
	/** The file that holds the interpreter, for `explain`. */
	readonly object: string;
	/** A claim's id, or `binding`. */
	readonly claim: string;
	readonly symbol: string | null;
	readonly route: Route | null;
	/** `honored`, `honored for at least 90% of calls`, `binding mode preemptible`, … */
	readonly expected: string;
	readonly seen: Verdict | BindingMode | null;
	readonly because: Cause | null;
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
}

/** A claim of one build. */
export function claimKey(target: string, claim: string): string {
	return `${target}\0${claim}`;
}
