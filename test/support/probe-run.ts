/** This file runs probes/start/run.py on one plan: for tests of the probes, without the driver. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createCopies, readCopies} from '../../src/gather/counted/copies.js';
import {type ProbePlan, phaseCount, places, planned, planText} from '../../src/gather/counted/plan.js';
import {runner} from '../../src/gather/counted/run.js';
import {createLedger, openLedger} from '../../src/ledger/ledger.js';
import {nativeFolder} from '../../src/ledger/native.js';
import type {Row} from '../../src/ledger/row.js';
import {ledgerRows, slotCount, slotsNamed} from '../../src/ledger/slots.js';
import {type Claim, callers as callerNames, interpreterFamilies, libcFamilies} from '../../src/model/claim.js';
import {identity} from '../../src/process/file-identity.js';

export interface ProbeRunRequest {
	readonly python: string;
	readonly claims: readonly Claim[];
	readonly rounds: number;
	/** Where the shims are preloaded: the ELF file that holds the interpreter. Null without shims, in which nothing is counted. */
	readonly interpreter: string | null;
	readonly callers?: ProbePlan['callers'];
	/** What probes/start/compile.py has made; without, the probes are taken from their sources. */
	readonly compiled?: string;
	/** What stands in the place of probes/start/run.py. */
	readonly program?: string;
	/** Stands before the command. */
	readonly under?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
}

export interface ProbeRun {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stderr: string;
	/** What the runner wrote, a line each, and then what native/last.c printed. */
	readonly lines: readonly Line[];
	/** What the phase of 2n rounds counted more than that of n, by caller. */
	difference(claim: Claim): Readonly<Record<string, number>>;
	/** What the last phases of all probes, those of 3n rounds, counted, by all callers: as many rounds as a run makes in which nothing is counted. */
	inLastPhases(symbol: string): number;
}

export type Line = Readonly<Record<string, unknown>>;

const families = [...interpreterFamilies, ...libcFamilies];

export function runProbesOf(request: ProbeRunRequest): ProbeRun {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	try {
		return run(request, folder);
	} finally {
		rmSync(folder, {recursive: true});
	}
}

/** The result of one claim, as the runner printed it. */
export function resultOf({lines}: ProbeRun, {id}: Claim): Line {
	return lines.find(line => line.id === id) ?? {};
}

function run(
	{python, claims, rounds, interpreter, callers, compiled, program = runner, under = [], env = {}}: ProbeRunRequest,
	folder: string,
): ProbeRun {
	const [path, copies] = [join(folder, 'ledger'), join(folder, 'copies')];
	const wanted = planned(claims, ({symbol}) => slotsNamed([symbol]));
	createLedger(path, ledgerRows(), phaseCount(wanted));
	createCopies(copies, wanted);
	const plan: ProbePlan = {
		ledger: interpreter === null ? null : path,
		copies: interpreter === null ? null : copies,
		...places(),
		rounds,
		callers: callers ?? {
			extension: join(nativeFolder, 'caller.so'),
			deepbind: join(nativeFolder, 'caller-deepbind.so'),
		},
		executable: false,
		claims: wanted,
	};
	const [planPath, transcript] = [join(folder, 'plan'), join(folder, 'lines')];
	writeFileSync(planPath, planText(plan));
	writeFileSync(transcript, '');
	const words = [program, planPath, transcript, ...(compiled === undefined ? [] : [compiled])];
	const command = [...under, python, '-S', '-B', '-s', ...words];
	const {status, signal, stdout, stderr} = spawnSync(command[0] ?? '', command.slice(1), {
		encoding: 'utf8',
		maxBuffer: 1 << 26,
		env: {LC_ALL: 'C.UTF-8', PYTHONHASHSEED: '0', ...shims(interpreter, path), ...env},
	});
	const copied = readCopies(copies, wanted);
	const ledger = openLedger(path, ledgerRows());
	const lastOfAll = ledger.phase(lastShared);
	ledger.close();
	return {
		status,
		signal,
		stderr,
		lines: `${readFileSync(transcript, 'utf8')}${stdout}`
			.split('\n')
			.flatMap(line => (line === '' ? [] : [JSON.parse(line) as Line])),
		difference(claim) {
			const own = wanted[claims.indexOf(claim)];
			const [once, twice] = own === undefined ? [] : copied(own).map(byCaller);
			return Object.fromEntries(callerNames.map((caller, i) => [caller, (twice?.[i] ?? 0) - (once?.[i] ?? 0)]));
		},
		inLastPhases: symbol =>
			slotsNamed([symbol])
				.flatMap(slot => [lastOfAll[slot], lastOfAll[slot + slotCount()]])
				.reduce((sum, row) => sum + total(row), 0),
	};
}

/** Of n, 2n and 3n rounds, that of 3n. */
const lastShared = 3;

function byCaller(rows: readonly Row[]): readonly number[] {
	return callerNames.map((_, i) => rows.reduce((sum, {honored}) => sum + (honored[i] ?? 0), 0));
}

function total(row: Row | undefined): number {
	return (row?.honored ?? []).reduce((sum, calls) => sum + calls, 0);
}

function shims(interpreter: string | null, ledger: string): Record<string, string> {
	if (interpreter === null) return {};
	return {
		LD_PRELOAD: families.map(name => join(nativeFolder, `${name}.so`)).join(':'),
		PYINTERPOSE_LEDGER: ledger,
		PYINTERPOSE_INTERPRETER: identity(interpreter),
	};
}
