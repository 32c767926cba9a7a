/** This file defines which ways of intercepting calls are tried on a Python, and what each was found to see. */

import type {Failure, Interpreter, PythonFacts, Report} from './report.js';

/** Ways to see calls of a C function, from the least to the most that they change; then Python's own. */
export const mechanisms = [
	'ld-preload',
	'ld-audit-symbind',
	'ld-audit-pltenter',
	'got-rewrite',
	'inline-hook',
	'uprobe',
	'pep-445',
	'tracemalloc',
	'pep-669',
	'setprofile',
	'pep-578',
] as const;
export type Mechanism = (typeof mechanisms)[number];

/** What happens a known number of times. */
export const mechanismEvents = ['PyErr_Occurred', 'malloc', 'objects', 'python-calls', 'opens'] as const;
export type MechanismEvent = (typeof mechanismEvents)[number];

const functions = ['PyErr_Occurred', 'malloc'] as const;

/** Which way can see what, in the order of the table. */
export const eventsOf = {
	'ld-preload': functions,
	'ld-audit-symbind': functions,
	'ld-audit-pltenter': functions,
	'got-rewrite': functions,
	'inline-hook': functions,
	uprobe: functions,
	'pep-445': ['objects'],
	tracemalloc: ['objects'],
	'pep-669': ['python-calls'],
	setprofile: ['python-calls'],
	'pep-578': ['opens'],
} as const satisfies Record<Mechanism, readonly MechanismEvent[]>;

export interface MechanismsReport {
	readonly schema: 2;
	readonly tool: Report['tool'];
	/** In the order given. */
	readonly builds: readonly MechanismsBuild[];
	/** Pythons that could not be tested at all. */
	readonly failures: readonly Failure[];
}

export interface MechanismsBuild {
	readonly id: string;
	readonly executable: string;
	readonly interpreter: Interpreter;
	readonly python: PythonFacts;
	/** By event, then by mechanism, in the order of their lists. */
	readonly cells: readonly MechanismCell[];
}

export interface MechanismCell {
	readonly mechanism: Mechanism;
	readonly event: MechanismEvent;
	readonly outcome: MechanismOutcome;
}

/** What n events more made it see more: differences of two runs, so that what start-up does is out of it. */
export type MechanismOutcome =
	/** As many for each event: `seen` is a multiple of `events`. */
	| {readonly kind: 'every'; readonly events: number; readonly seen: number}
	| {readonly kind: 'some'; readonly events: number; readonly seen: number}
	| {readonly kind: 'none'; readonly events: number}
	| {readonly kind: 'unavailable'; readonly because: string};
