/** This file gathers the sweep: one start of a target with every function that its interpreter exports overridden. */

import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {SuiteError} from '../../errors.js';
import type {StaticWitness} from '../../model/binding.js';
import type {Workload} from '../../model/evidence.js';
import type {Finding} from '../../model/report.js';
import type {Preload, TargetLaunch} from '../../model/target.js';
import {type ChildResult, runChild} from '../../process/child.js';
import {endingInWords, succeeded, withFinalLine} from '../../process/ending.js';
import {identity} from '../../process/file-identity.js';
import {type Environment, withTemporaryFolder} from '../../process/temporary.js';
import {type CountedSite, locateCalls} from './located.js';
import {findingsOf, reportOf, sweepDisagreements} from './report.js';
import {
	prepareShims,
	readInterpreter,
	type Shims,
	type SweepCounts,
	type SweptInterpreter,
	withShims,
} from './shims.js';
import {createSites, type RawSites, readSites} from './sites.js';

export interface SweepRequest {
	/** With the environment that every start of the target sees. */
	readonly launch: TargetLaunch;
	/** The interpreter's path. */
	readonly interpreter: string;
	/** The path of the libc of which functions are counted, too; null for none. */
	readonly libc: string | null;
	readonly witness: StaticWitness;
	/** `dropped` where no shim would be loaded. */
	readonly preload?: Preload | undefined;
	/** Whether calls that pass the overrides by are counted too, for which the interpreter's code is patched in memory. Yes by default. */
	readonly entryCounts?: boolean;
	/** Whether each call is counted by the override that it runs, and none at the site that makes it. Not by default. */
	readonly literal?: boolean;
	/** Whether inlined copies are counted, too. Not by default. */
	readonly inlined?: boolean;
	/** Whether the call sites are told, too; it slows the run, and changes no count. */
	readonly sites?: boolean;
	/** What the main thread waits for once a second one has begun. */
	turn?(): Promise<unknown>;
	/** Begun while the workload runs, when this thread has nothing else to do; nobody waits for it. */
	whileRunning?(): Promise<unknown>;
	/** Ours: tells where temporary folders are made. */
	readonly env: Environment;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
}

/** `workload` is null with the reason among the findings. */
export interface GatheredSweep {
	readonly workload: Workload | null;
	readonly findings: readonly Finding[];
	/** Null where they were not asked for. */
	readonly sites: readonly CountedSite[] | null;
}

export async function gatherSweep(request: SweepRequest): Promise<GatheredSweep> {
	if (request.preload === 'dropped') return skipped('LD_PRELOAD is dropped on the way');
	const prepared = readInterpreter(request.interpreter, request.witness.bySymbol, request.env, request.libc);
	const sweep = async (folder: string) => {
		const shims = await prepareShims({
			...request,
			...prepared,
			native: request.launch.native,
			entryCounts: request.entryCounts ?? true,
			folder,
		});
		if (shims.kind === 'not-built') return skipped(shims.reason);
		return read(request, prepared, shims, await runWorkload(request, shims));
	};
	try {
		return await withTemporaryFolder(request.env, 'code', sweep);
	} catch (error) {
		// A hardened machine runs nothing from a temporary folder; the claims, which need none for code, have their verdicts.
		if (request.signal.aborted || !(error instanceof SuiteError)) throw error;
		return skipped(error.message.replace(/\.$/, ''));
	}
}

function skipped(reason: string): GatheredSweep {
	return {workload: null, findings: [{kind: 'no-sweep', message: `No sweep was made: ${reason}.`}], sites: null};
}

const program = fileURLToPath(new URL('../../../../probes/workload.py', import.meta.url));

interface Run {
	readonly result: ChildResult;
	readonly counts: SweepCounts;
	readonly sites: RawSites | null;
}

async function runWorkload(request: SweepRequest, shims: Shims): Promise<Run> {
	return withTemporaryFolder(request.env, 'data', async folder =>
		withShims(request.env, shims, join(folder, 'sweep.ledger'), async (env, counts) => {
			const sites = request.sites === true ? join(folder, 'sweep.sites') : null;
			if (sites !== null) createSites(sites);
			const running = runChild({
				file: request.launch.file,
				argv: [...request.launch.argv, '-S', '-B', '-s', program],
				env: {
					...request.launch.env,
					...env,
					PYINTERPOSE_INTERPRETER: identity(request.interpreter),
					...(sites === null ? {} : {PYINTERPOSE_SITES: sites}),
				},
				timeoutSeconds: request.timeoutSeconds,
				signal: request.signal,
			});
			request.whileRunning?.().catch(() => {});
			const result = await running;
			return {result, counts: counts(), sites: sites === null ? null : readSites(sites, request.launch.file)};
		}),
	);
}

async function read(
	request: SweepRequest,
	interpreter: SweptInterpreter,
	shims: Shims,
	{result, counts, sites}: Run,
): Promise<GatheredSweep> {
	const {exit, stdout, stderr} = result;
	if (!counts.ready) {
		const said = stderr.split('\n').find(line => line.includes('LD_PRELOAD')) ?? '';
		return skipped(`the shim did not load${said === '' ? '' : `: ${said.trim()}`}`);
	}
	const told = /^pyinterpose-workload (\{.*\})$/m.exec(stdout)?.[1];
	const findings: Finding[] = [];
	if (told === undefined || !succeeded(exit)) {
		findings.push({
			kind: 'sweep-cut-short',
			message: `The sweep's workload ${withFinalLine(endingInWords(exit), stderr)}; the sweep counts what ran until then.`,
		});
	}
	const called = told === undefined ? null : (JSON.parse(told) as {canary: number | null}).canary;
	if (called !== null && called !== counts.canary) {
		return skipped(`its canary was counted ${counts.canary} times for ${called} calls`);
	}
	const located = sites === null ? null : await locateCalls(interpreter, sites);
	const workload = reportOf(interpreter, shims, counts, request.witness, request.env);
	return {
		workload,
		findings: [
			...findings,
			...findingsOf(interpreter, shims, counts),
			...sweepDisagreements(workload, request.witness.bySymbol),
			...(located?.findings ?? []),
		],
		sites: located?.sites ?? null,
	};
}
