/** This file gathers the sweep: one start of a target with every function that its core exports overridden. */

import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {readElf} from '../../elf/elf.js';
import {createLedger, openLedger, type Row} from '../../ledger/ledger.js';
import type {StaticWitness} from '../../model/binding.js';
import type {Finding, SweepReport} from '../../model/report.js';
import type {Launch} from '../../model/target.js';
import {type ChildResult, runChild} from '../../process/child.js';
import {endingInWords, succeeded} from '../../process/ending.js';
import {type Environment, withPreloadableFolder, withTemporaryFolder} from '../../process/temporary.js';
import {identity} from '../counted/identity.js';
import {readObjectFile} from '../object-file.js';
import {sweepReport} from './attribute.js';
import {buildShim} from './build.js';
import {type SweepSlots, sweepSlots} from './slots.js';

export interface SweepRequest {
	/** With the environment that every start of the target sees. */
	readonly launch: Launch;
	/** The core's path. */
	readonly core: string;
	readonly witness: StaticWitness;
	/** Ours: tells the compiler, and where shims and temporary folders are kept. */
	readonly env: Environment;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
}

/** `sweep` is null with the reason among the findings. */
export interface Gathered {
	readonly sweep: SweepReport | null;
	readonly findings: readonly Finding[];
}

export async function gatherSweep(request: SweepRequest): Promise<Gathered> {
	const elf = readElf(readObjectFile(request.core).bytes);
	const chosen = sweepSlots(elf);
	return withTemporaryFolder(request.env, 'code', async folder => {
		const built = await buildShim({...request, ...chosen, machine: elf.machine, buildId: elf.buildId, folder});
		if (built.kind === 'not-built') return skipped(built.reason);
		const run = await withPreloadableFolder(request.env, dirname(built.path), shims =>
			runWorkload(request, chosen.slots.length, join(shims, built.path.slice(dirname(built.path).length + 1))),
		);
		return read(request, chosen, run);
	});
}

function skipped(reason: string): Gathered {
	return {sweep: null, findings: [{kind: 'no-sweep', message: `No sweep was made: ${reason}.`}]};
}

const workload = fileURLToPath(new URL('../../../../probes/workload.py', import.meta.url));

/** SWEEP_BIT of native/sweep/runtime.h. */
const handshake = 1n << 63n;

interface Run {
	readonly result: ChildResult;
	readonly ready: boolean;
	/** By slot; the last is the canary's. */
	readonly rows: readonly Row[];
}

async function runWorkload(request: SweepRequest, functions: number, shim: string): Promise<Run> {
	return withTemporaryFolder(request.env, 'data', async folder => {
		const path = join(folder, 'sweep.ledger');
		const rows = ledgerRows(functions);
		createLedger(path, rows, 1);
		const result = await runChild({
			file: request.launch.file,
			argv: [...request.launch.argv, '-S', '-B', '-s', workload],
			env: {
				...request.launch.env,
				LD_PRELOAD: shim,
				PYINTERPOSE_LEDGER: path,
				PYINTERPOSE_CORE: identity(request.core),
			},
			timeoutSeconds: request.timeoutSeconds,
			signal: request.signal,
		});
		const ledger = openLedger(path, rows);
		try {
			return {result, ready: (ledger.ready() & handshake) !== 0n, rows: ledger.phase(0)};
		} finally {
			ledger.close();
		}
	});
}

/** A row for each function and one for the canary; then as many again, which mark tail calls (native/sweep/runtime.h). */
export function ledgerRows(functions: number): number {
	return 2 * (functions + 1);
}

function read(request: SweepRequest, {slots, leftOut}: SweepSlots, {result, ready, rows}: Run): Gathered {
	const {exit, stdout, stderr} = result;
	if (!ready) {
		const said = stderr.split('\n').find(line => line.includes('LD_PRELOAD')) ?? '';
		return skipped(`the shim did not load${said === '' ? '' : `: ${said.trim()}`}`);
	}
	const told = /^pyinterpose-workload (\{.*\})$/m.exec(stdout)?.[1];
	const findings: Finding[] = [];
	if (told === undefined || !succeeded(exit)) {
		const last = stderr.trim().split('\n').at(-1) ?? '';
		findings.push({
			kind: 'sweep-cut-short',
			message: `The sweep's workload ${endingInWords(exit)}${last === '' ? '' : `: ${last}`}; the sweep counts what ran until then.`,
		});
	}
	const called = told === undefined ? null : (JSON.parse(told) as {canary: number | null}).canary;
	const seen = rows[slots.length]?.honored.reduce((sum, number) => sum + number, 0) ?? 0;
	if (called !== null && called !== seen) return skipped(`its canary was counted ${seen} times for ${called} calls`);
	if (leftOut.length > 0) {
		const names = leftOut.map(({symbol, reason}) => `${symbol} (${reason})`).join(', ');
		findings.push({kind: 'sweep-left-out', message: `The sweep leaves out ${names}.`});
	}
	const report = sweepReport({
		symbols: slots.map(({symbol}) => symbol),
		rows,
		entries: null,
		references: request.witness.bySymbol,
	});
	return {sweep: report, findings};
}
