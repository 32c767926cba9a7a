/** This file reads what the processes that a swept program started have counted: a ledger of its own each (native/children.h). */

import {readdirSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {layout} from '../../ledger/layout.js';
import {openLedger, type Processes} from '../../ledger/ledger.js';
import type {Row} from '../../ledger/row.js';
import {groupBy} from '../../model/group-by.js';
import {byCodeUnit} from '../../model/order.js';

export interface Children {
	/** The rows of the ledgers that are counted. */
	readonly rows: readonly (readonly Row[])[];
	/** Processes that were counted from their beginning to their end. */
	readonly counted: number;
	/** Those that were not, or not to their end, by reason. */
	readonly left: readonly LeftProcesses[];
}

export interface LeftProcesses {
	readonly reason: 'another-program' | 'threads' | 'unseen';
	/** The program that was not counted, where it is known. */
	readonly program: string | null;
	readonly processes: number;
}

/** One program that a process has run. */
interface Image {
	readonly process: string;
	readonly program: string | null;
	readonly ready: boolean;
	readonly started: number;
	readonly replaced: boolean;
	readonly rows: readonly Row[];
}

/** `rows` of each ledger. `main`: what the program's own ledger says of the processes that it started, and of what it became. */
export function readChildren(folder: string, rows: number, main: Processes): Children {
	const files = readdirSync(folder).sort(byCodeUnit);
	const images = files.flatMap(file => (file.endsWith('.ledger') ? imageOf(folder, file, rows) : []));
	const first = files.filter(file => file.endsWith('.first')).map(processOf);
	const byProcess = groupBy(images, ({process}) => process);
	const left: LeftProcesses[] = [];
	let whole = 0;
	for (const [process, own] of byProcess) {
		const ended = endOf(own, first.includes(process) && main.replaced ? 1 : 0);
		if (ended !== null) left.push(ended);
		else if (!first.includes(process)) whole += 1;
	}
	const others = [...byProcess.keys()].filter(process => !first.includes(process)).length;
	if (main.replaced && others === byProcess.size) left.push(unknownProgram);
	const threads = new Set(files.filter(file => file.endsWith('.threads')).map(processOf));
	const alone = [...threads].filter(process => !byProcess.has(process)).length;
	if (alone > 0) left.push({reason: 'threads', program: null, processes: alone});
	const counted = images.filter(({ready}) => ready);
	const unseen = counted.reduce((sum, {started}) => sum + started, main.started) - others - alone;
	if (unseen > 0) left.push({reason: 'unseen', program: null, processes: unseen});
	return {rows: counted.map(one => one.rows), counted: whole, left: merged(left)};
}

const unknownProgram: LeftProcesses = {reason: 'another-program', program: null, processes: 1};

/** What a process became that is not counted; null where all that it ran is. `before`: how often it had become another program by then. */
function endOf(images: readonly Image[], before: number): LeftProcesses | null {
	const other = images.find(({ready}) => !ready);
	if (other !== undefined) return {...unknownProgram, program: other.program};
	const became = images.filter(({replaced}) => replaced).length + before;
	// It became a program that has not loaded the shim.
	return became > images.length - (before > 0 ? 0 : 1) ? unknownProgram : null;
}

function imageOf(folder: string, file: string, rows: number): Image {
	const ledger = openLedger(join(folder, file), rows);
	try {
		const {started, replaced} = ledger.processes();
		const ready = ((ledger.ready() >> BigInt(layout().SWEEP_BIT)) & 1n) === 1n;
		const program = programOf(join(folder, file.replace(/ledger$/, 'program')));
		return {
			process: processOf(file),
			program,
			ready,
			started,
			replaced,
			rows: ready ? ledger.phase(0) : [],
		};
	} finally {
		ledger.close();
	}
}

/** PROCESS-PROGRAM.ending */
function processOf(file: string): string {
	return file.slice(0, file.indexOf('-'));
}

function programOf(link: string): string | null {
	try {
		return readlinkSync(link);
	} catch {
		return null;
	}
}

function merged(left: readonly LeftProcesses[]): readonly LeftProcesses[] {
	const alike = groupBy(left, ({reason, program}) => `${reason} ${program ?? ''}`);
	return [...alike]
		.sort(([one], [other]) => byCodeUnit(one, other))
		.flatMap(([, [first, ...others]]) =>
			first === undefined
				? []
				: {...first, processes: others.reduce((sum, {processes}) => sum + processes, first.processes)},
		);
}
