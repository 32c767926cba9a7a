/** This file spreads a hunt's units over threads: this one, and others where there is more work than one batch. */

import type {Worker} from 'node:worker_threads';
import {onAbort} from '../../process/on-abort.js';
import {startThread} from '../../process/thread.js';
import type {Findings} from './findings.js';
import {huntedNames} from './object.js';
import {lookInUnit} from './unit.js';
import type {ListedUnit} from './walk.js';
import type {WorkerSetting} from './worker.js';

/** Calls `done` for each unit, in any order. Rejects with the signal's reason, or with what ended a worker. */
export async function lookInAll(
	units: Iterator<ListedUnit>,
	jobs: number,
	setting: WorkerSetting,
	signal: AbortSignal,
	done: (unit: ListedUnit, found: Findings) => void,
): Promise<void> {
	signal.throwIfAborted();
	const own = nextBatch(units);
	const workers: Worker[] = [];
	const work: Promise<void>[] = [];
	try {
		// A thread takes longer to start than most batches take.
		while (workers.length < jobs - 1) {
			const batch = nextBatch(units);
			if (batch.length === 0) break;
			const worker = startThread({kind: 'hunt', setting});
			workers.push(worker);
			work.push(feed(worker, batch, units, signal, done));
		}
		await Promise.all([...work, lookHere(own, units, setting, signal, done)]);
	} finally {
		// Where one of the threads failed, the others take no more.
		units.return?.();
		await Promise.all(workers.map(worker => worker.terminate()));
	}
}

async function lookHere(
	first: readonly ListedUnit[],
	units: Iterator<ListedUnit>,
	{libpython, libc, secondsPerArchive}: WorkerSetting,
	signal: AbortSignal,
	done: (unit: ListedUnit, found: Findings) => void,
): Promise<void> {
	const names = huntedNames(libpython, libc);
	for (let batch = first; batch.length > 0; batch = nextBatch(units)) {
		for (const listed of batch) done(listed, await lookInUnit(listed.unit, names, {secondsPerArchive, signal}));
	}
}

function feed(
	worker: Worker,
	first: readonly ListedUnit[],
	units: Iterator<ListedUnit>,
	signal: AbortSignal,
	done: (unit: ListedUnit, found: Findings) => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const waiting: (readonly ListedUnit[])[] = [];
		const hand = (batch: readonly ListedUnit[]) => {
			waiting.push(batch);
			worker.postMessage({units: batch.map(({unit}) => unit)});
		};
		const handMore = () => {
			while (waiting.length < ahead) {
				const batch = nextBatch(units);
				if (batch.length === 0) break;
				hand(batch);
			}
			if (waiting.length === 0) resolve();
		};
		const failing = (act: () => void) => {
			try {
				act();
			} catch (error) {
				reject(error);
			}
		};
		onAbort(signal, () => reject(signal.reason));
		worker.on('error', reject);
		worker.on('exit', () => reject(new Error('A thread of the hunt ended early.')));
		worker.on('message', (found: readonly Findings[]) =>
			failing(() => {
				const batch = waiting.shift() ?? [];
				for (const [index, unit] of batch.entries()) done(unit, found[index] as Findings);
				handMore();
			}),
		);
		hand(first);
	});
}

/** So that no worker waits for the main thread. */
const ahead = 2;
const filesPerBatch = 200;

/** Archives go alone: one may take as long as thousands of files. */
function nextBatch(units: Iterator<ListedUnit>): readonly ListedUnit[] {
	const batch: ListedUnit[] = [];
	for (let files = 0; files < filesPerBatch; ) {
		const {value, done} = units.next();
		if (done === true) break;
		batch.push(value);
		if (value.unit.kind === 'archive') break;
		files += value.unit.files.length;
	}
	return batch;
}
