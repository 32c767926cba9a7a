/** This file reads what probes/runner.py writes: one JSON object a line, at once, so that a crash keeps what came before. */

import {phasesOfOne} from './plan.js';

export type ProbeOutcome =
	| {
			readonly kind: 'taken';
			/** Calls that our own object made with n, 2n and 3n rounds; null on a route that the interpreter takes, and where nothing is counted. */
			readonly made: readonly number[] | null;
			/** What the rounds computed, as JSON text. */
			readonly output: string;
	  }
	/** This version of Python has no such call to take. */
	| {readonly kind: 'no-route'}
	/** The probe says why it could not be taken; one sentence without a full stop. */
	| {readonly kind: 'failed'; readonly reason: string};

export interface Transcript {
	readonly outcomes: ReadonlyMap<string, ProbeOutcome>;
	/** The claim that had begun and did not end. */
	readonly open: string | null;
	readonly ended: boolean;
}

export function readTranscript(text: string): Transcript {
	const outcomes = new Map<string, ProbeOutcome>();
	let open: string | null = null;
	let ended = false;
	for (const line of text.split('\n')) {
		const record = parse(line);
		if (typeof record.begin === 'string') open = record.begin;
		else if (record.end === true) ended = true;
		else if (typeof record.id === 'string') {
			outcomes.set(record.id, outcome(record));
			open = null;
		}
	}
	return {outcomes, open, ended};
}

type Line = Readonly<Record<string, unknown>>;

/** A line that a crash cut short, or that something else in the target printed, says nothing. */
function parse(line: string): Line {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? (value as Line) : {};
	} catch {
		return {};
	}
}

function outcome({made, output, error, noRoute}: Line): ProbeOutcome {
	if (typeof noRoute === 'string') return {kind: 'no-route'};
	if (typeof error === 'string') return {kind: 'failed', reason: error};
	const all = Array.isArray(made) && made.length === phasesOfOne && made.every(Number.isSafeInteger);
	return {kind: 'taken', made: all ? (made as number[]) : null, output: JSON.stringify(output ?? null)};
}
