/** This file runs probes in a target and goes on behind one that crashes or hangs, so that it costs only its own claim. */

import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createLedger, type Ledger, openLedger} from '../../ledger/ledger.js';
import type {Row} from '../../ledger/row.js';
import {canaries, countedIn, ledgerRows, overrides} from '../../ledger/slots.js';
import type {Claim} from '../../model/claim.js';
import type {FirstDefinition} from '../../model/evidence.js';
import type {TargetLaunch} from '../../model/target.js';
import {type ChildResult, runChild} from '../../process/child.js';
import {endingInWords, succeeded, withFinalLine} from '../../process/ending.js';
import {createTold, readTold} from '../told.js';
import {createCopies, readCopies} from './copies.js';
import {type Planned, type ProbePlan, phaseCount, phasesOfOne, places, planned, planText, rounds} from './plan.js';
import {type ProbeOutcome, readTranscript} from './transcript.js';

export const runner = fileURLToPath(new URL('../../../../probes/start/run.py', import.meta.url));

export interface ProbeRunRequest {
	/** A short name for the files of this run. */
	readonly name: string;
	readonly launch: TargetLaunch;
	/** The interpreter's identity, as the shims take it. */
	readonly interpreter: string;
	readonly executable: boolean;
	/** Shims, in the order of LD_PRELOAD; none makes it a control run, without a ledger. */
	readonly preload: readonly string[];
	/** Whether the shims tell who defines a function first. */
	readonly tells: boolean;
	/** More of the environment: what the shims take besides. */
	readonly env: Readonly<Record<string, string>>;
	/** Where the shims and the callers are, at paths that LD_PRELOAD can hold. */
	readonly shims: string;
	readonly claims: readonly Claim[];
	/** Where the probes are that this Python has compiled; null where it is to compile them itself. */
	readonly compiled: string | null;
	/** The slots in which a claim's calls are counted: one, but for the effects. */
	slotsOf(claim: Claim): readonly number[];
	readonly folder: string;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
}

/** A claim, and the rows of its slots in the phases of n, 2n and 3n rounds. */
export interface Taken {
	readonly outcome: ProbeOutcome;
	readonly phases: readonly (readonly Row[])[];
}

export interface Run {
	readonly taken: ReadonlyMap<string, Taken>;
	/** Phase 0 of the first process, by slot: start-up, shutdown and all that lies between. */
	readonly startup: readonly Row[];
	/** The bits of the shims that shook hands in the first process. */
	readonly ready: bigint;
	/** Why some process did not count the entries of the interpreter's functions; null where all did. */
	readonly uncounted: string | null;
	/** What the first process printed on standard error. */
	readonly stderr: string;
	/** By slot, where the loader's first definition in the first process is not our override. */
	readonly first: ReadonlyMap<number, FirstDefinition>;
}

export async function runProbes(request: ProbeRunRequest): Promise<Run> {
	const taken = new Map<string, Taken>();
	let first: Attempt | undefined;
	let left = request.claims;
	let uncounted: string | null = null;
	for (let number = 0; left.length > 0 || first === undefined; number++) {
		const attempt = await attemptOnce(request, left, number);
		first ??= attempt;
		uncounted ??= attempt.uncounted;
		for (const [id, one] of attempt.taken) taken.set(id, one);
		// An attempt that took nothing would repeat for ever: what is left shares its reason.
		const after = attempt.taken.size === 0 ? [] : left.filter(({id}) => !taken.has(id));
		if (attempt.taken.size === 0) for (const {id} of left) taken.set(id, failed(attempt.reason));
		left = after;
	}
	return {...first, taken, uncounted};
}

interface Attempt extends Run {
	/** Why it did not take all: how the child ended, in words. */
	readonly reason: string;
}

async function attemptOnce(request: ProbeRunRequest, claims: readonly Claim[], number: number): Promise<Attempt> {
	const counts = request.preload.length > 0;
	const base = join(request.folder, `${request.name}-${number}`);
	const ledger = counts ? `${base}.ledger` : null;
	const told = counts && request.tells ? `${base}.told` : null;
	const copies = counts ? `${base}.copies` : null;
	const wanted = planned(claims, request.slotsOf);
	if (ledger !== null) createLedger(ledger, ledgerRows(), phaseCount(wanted));
	if (told !== null) createTold(told);
	if (copies !== null) createCopies(copies, wanted);
	const plan: ProbePlan = {
		ledger,
		copies,
		...places(),
		rounds,
		callers: {
			extension: join(request.launch.native, 'caller.so'),
			deepbind: join(request.launch.native, 'caller-deepbind.so'),
		},
		executable: request.executable,
		claims: wanted,
	};
	writeFileSync(`${base}.plan`, planText(plan));
	writeFileSync(`${base}.lines`, '');
	const words = [`${base}.plan`, `${base}.lines`, ...(request.compiled === null ? [] : [request.compiled])];
	const result = await runChild({
		file: request.launch.file,
		argv: [...request.launch.argv, '-S', '-B', '-s', runner, ...words],
		env: {...request.launch.env, ...shimEnvironment(request, ledger, told)},
		timeoutSeconds: request.timeoutSeconds,
		signal: request.signal,
	});
	try {
		return read(result, readFileSync(`${base}.lines`, 'utf8'), wanted, {ledger, told, copies});
	} finally {
		const made = [`${base}.plan`, `${base}.lines`, ledger, told, copies].filter(path => path !== null);
		for (const path of made) rmSync(path, {force: true});
	}
}

function shimEnvironment(
	{preload, interpreter, env, shims}: ProbeRunRequest,
	ledger: string | null,
	told: string | null,
): Record<string, string> {
	if (ledger === null) return {};
	return {
		LD_PRELOAD: preload.map(name => join(shims, `${name}.so`)).join(':'),
		PYINTERPOSE_LEDGER: ledger,
		...(told === null ? {} : {PYINTERPOSE_TOLD: told}),
		PYINTERPOSE_INTERPRETER: interpreter,
		...env,
	};
}

function read(
	result: ChildResult,
	lines: string,
	claims: readonly Planned[],
	paths: Readonly<Record<'ledger' | 'told' | 'copies', string | null>>,
): Attempt {
	// What is told when Python is gone already (native/last.c) goes to standard output.
	const {outcomes, open, ended} = readTranscript(`${lines}${result.stdout}`);
	const reason = endedBecause(result, ended);
	const copied = paths.copies === null ? () => [] : readCopies(paths.copies, claims);
	const ledger = paths.ledger === null ? null : openLedger(paths.ledger, ledgerRows());
	const phasesOf = (claim: Planned) => (claim.copyAt === null ? ownPhases(claim, ledger) : copied(claim));
	try {
		const taken = new Map<string, Taken>();
		for (const claim of claims) {
			const outcome = outcomes.get(claim.id);
			if (outcome !== undefined) taken.set(claim.id, {outcome, phases: phasesOf(claim)});
		}
		if (open !== null) taken.set(open, failed(`the probe ${reason}`));
		return {
			taken,
			startup: ledger === null ? [] : slots().map(countedIn(ledger, 0)),
			ready: ledger?.ready() ?? 0n,
			uncounted: ledger?.entries().reason ?? null,
			stderr: result.stderr,
			first: paths.told === null ? new Map() : readTold(paths.told).first,
			reason: `the Python under test ${reason}`,
		};
	} finally {
		ledger?.close();
	}
}

function ownPhases({phase, slots}: Planned, ledger: Ledger | null): readonly (readonly Row[])[] {
	if (ledger === null) return [];
	return Array.from({length: phasesOfOne}, (_, at) => slots.map(countedIn(ledger, phase + at)));
}

function slots(): readonly number[] {
	return [...overrides(), ...canaries()].map(({slot}) => slot).sort((a, b) => a - b);
}

function endedBecause({exit, stderr}: ChildResult, ended: boolean): string {
	return withFinalLine(succeeded(exit) && !ended ? 'ended early' : endingInWords(exit), stderr);
}

function failed(reason: string): Taken {
	return {outcome: {kind: 'failed', reason}, phases: []};
}
