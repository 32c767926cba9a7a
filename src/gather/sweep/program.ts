/** This file runs the user's own program under the sweep. */

import {join} from 'node:path';
import {SuiteError} from '../../errors.js';
import type {Processes} from '../../ledger/ledger.js';
import {nativeFolder} from '../../ledger/native.js';
import type {StaticWitness} from '../../model/binding.js';
import type {Workload} from '../../model/evidence.js';
import type {Finding} from '../../model/report.js';
import type {TargetLaunch} from '../../model/target.js';
import {type Ending, endingInWords} from '../../process/ending.js';
import {identity} from '../../process/file-identity.js';
import {type Environment, variablesOf, withTemporaryFolder} from '../../process/temporary.js';
import {runThrough, type ThroughRequest} from '../../process/through.js';
import type {Children, LeftProcesses} from './children.js';
import {countable, forwardedBy, forwardFindings} from './forwarded.js';
import {type CountedSite, locateCalls} from './located.js';
import {findingsOf, reportOf, sweepDisagreements} from './report.js';
import {prepareShims, readInterpreter, type SweepCounts, withShims} from './shims.js';
import {createSites, readSites} from './sites.js';

export interface ProgramRequest {
	readonly launch: TargetLaunch;
	/** What the Python is told to be its own name: it finds its virtual environment by it. */
	readonly argv0: string;
	/** What follows the Python: its options, the script, the script's arguments. */
	readonly words: readonly string[];
	readonly interpreter: string;
	/** The path of the libc of which functions are counted, too; null for none. */
	readonly libc: string | null;
	/** Whether the program goes on when we are killed. */
	readonly detached: boolean;
	readonly witness: Pick<StaticWitness, 'bySymbol'>;
	readonly entryCounts: boolean;
	/** Whether each call is counted by the override that it runs, and none at the site that makes it. Not by default. */
	readonly literal?: boolean;
	/** Whether inlined copies are counted, too. Not by default. */
	readonly inlined?: boolean;
	/** Whether the call sites are told, too. */
	readonly sites: boolean;
	/** Whether the processes that it starts are counted, too. Not by default. */
	readonly children?: boolean;
	/** The program's, and ours. */
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** How the program is started: in our place, where this is left out. */
	readonly start?: (program: ThroughRequest) => Promise<Ending>;
	/** Called when the program is about to start: signals are the program's until what it returns is called, at the program's end. */
	stepAside(): () => void;
	/** Called when the program is about to start, with a way to see what was counted so far; what it returns is called at the end. */
	watch?(counted: () => Workload): () => void;
}

export interface ProgramSwept {
	readonly ending: Ending;
	/** Null where the shim did not shake hands, with the reason among the findings. */
	readonly workload: Workload | null;
	readonly findings: readonly Finding[];
	/** Null where they were not asked for. */
	readonly sites: readonly CountedSite[] | null;
}

/** Errors: SuiteError where there is no shim for this interpreter, or none for what it may start; the program is not started then. */
export async function sweepProgram(request: ProgramRequest): Promise<ProgramSwept> {
	mustShareLibc(request);
	const interpreter = readInterpreter(request.interpreter, request.witness.bySymbol, request.env, request.libc);
	const {env, signal, entryCounts, literal = false, inlined = false, witness} = request;
	return withTemporaryFolder(env, 'code', folder =>
		withTemporaryFolder(env, 'data', async data => {
			const shims = await prepareShims({
				...interpreter,
				native: request.launch.native,
				entryCounts,
				literal,
				inlined,
				env,
				folder,
				signal,
			});
			if (shims.kind === 'not-built') throw new SuiteError(`No sweep can be made: ${shims.reason}.`);
			return withShims(
				env,
				shims,
				join(data, 'sweep.ledger'),
				async (added, counts) => {
					const sites = request.sites ? join(data, 'sweep.sites') : null;
					if (sites !== null) createSites(sites);
					signal.throwIfAborted();
					const stepBack = request.stepAside();
					const report = (seen: SweepCounts) =>
						reportOf(interpreter, countable(shims, forwardedBy(env, seen)), seen, witness, env);
					const stop = request.watch?.(() => report(counts()));
					const running = (request.start ?? runThrough)({
						file: request.launch.file,
						argv0: request.argv0,
						argv: [...request.launch.argv, ...request.words],
						detached: request.detached,
						env: environment(request, {...added, ...(sites === null ? {} : {PYINTERPOSE_SITES: sites})}),
					});
					const ending = await running.finally(stepBack);
					stop?.();
					if (ending.kind === 'not-started') throw new SuiteError(`${request.launch.file} ${endingInWords(ending)}.`);
					const seen = counts();
					if (!seen.ready) return {ending, workload: null, findings: [notLoaded], sites: null};
					const located = sites === null ? null : await locateCalls(interpreter, readSites(sites, request.launch.file));
					const workload = report(seen);
					return {
						ending,
						workload,
						findings: [
							...(seen.children === null ? processFindings(seen.processes) : childrenFindings(seen.children)),
							...findingsOf(interpreter, shims, seen),
							...forwardFindings(interpreter, forwardedBy(env, seen)),
							...sweepDisagreements(workload, witness.bySymbol),
							...(located?.findings ?? []),
						],
						sites: located?.sites ?? null,
					};
				},
				request.children,
			);
		}),
	);
}

/** A loader ends a program into which it is to preload what needs another libc. */
function mustShareLibc({launch: {file, native}, children = false}: ProgramRequest): void {
	if (!children || native === nativeFolder) return;
	throw new SuiteError(
		`${file} runs on another C library than this machine, of which no program starts with its shims.`,
		{
			hint: 'Leave --children out: then the program alone is counted.',
		},
	);
}

/** Nothing of what other processes call is counted. */
function processFindings({started, replaced}: Processes): readonly Finding[] {
	const findings: Finding[] = [];
	if (started > 0) {
		const processes = started === 1 ? 'one other process' : `${started} other processes`;
		findings.push({
			kind: 'processes-not-counted',
			message: `The program started ${processes}, whose calls are not counted.`,
		});
	}
	if (replaced) {
		findings.push({
			kind: 'program-replaced',
			message: 'The program became another one by exec: what was called from then on is not counted.',
		});
	}
	return findings;
}

function childrenFindings({counted, left}: Children): readonly Finding[] {
	const findings: Finding[] = [];
	if (counted > 0) {
		const message = `${counted === 1 ? 'One other process was' : `${counted} other processes were`} counted, too, from beginning to end.`;
		findings.push({kind: 'processes-counted', message});
	}
	for (const {reason, program, processes} of left) {
		const some = processes === 1 ? 'One process' : `${processes} processes`;
		findings.push({kind: 'processes-not-counted', message: `${some} ${notCounted[reason](program)}.`});
	}
	return findings;
}

const notCounted = {
	'another-program': program =>
		`became ${program ?? 'a program that does not load the shim'}, of which nothing is counted`,
	threads: () => 'forked while the program had more than one thread: nothing of that is counted',
	unseen: () => 'did not load the shim: nothing of that is counted',
} as const satisfies Record<LeftProcesses['reason'], (program: string | null) => string>;

const notLoaded: Finding = {kind: 'no-sweep', message: 'No sweep was made: the shim did not load.'};

/** The user's own, but for what the shims need; what the user preloads stays behind ours (native/page.c). */
function environment(
	{env, launch, interpreter}: ProgramRequest,
	added: Readonly<Record<string, string>>,
): Record<string, string> {
	const own = env.LD_PRELOAD ?? '';
	return {
		...variablesOf(env),
		...launch.env,
		...added,
		PYINTERPOSE_INTERPRETER: identity(interpreter),
		...(own === '' ? {} : {LD_PRELOAD: `${added.LD_PRELOAD}:${own}`, PYINTERPOSE_PRELOAD: own}),
	};
}
