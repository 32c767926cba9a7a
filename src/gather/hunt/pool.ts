/** This file spreads a hunt's units over worker threads, a few batches ahead of each. */

import {Worker} from 'node:worker_threads';
import {onAbort} from '../../process/on-abort.js';
import type {Findings} from './findings.js';
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
	const workers = Array.from(
		{length: jobs},
		() => new Worker(new URL('./worker.js', import.meta.url), {workerData: setting, execArgv}),
	);
	try {
		await Promise.all(workers.map(worker => feed(worker, units, signal, done)));
	} finally {
		await Promise.all(workers.map(worker => worker.terminate()));
	}
}

function feed(
	worker: Worker,
	units: Iterator<ListedUnit>,
	signal: AbortSignal,
	done: (unit: ListedUnit, found: Findings) => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const waiting: (readonly ListedUnit[])[] = [];
		const hand = () => {
			while (waiting.length < ahead) {
				const batch = nextBatch(units);
				if (batch.length === 0) break;
				waiting.push(batch);
				worker.postMessage({units: batch.map(({unit}) => unit)});
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
				hand();
			}),
		);
		failing(hand);
	});
}

/** A thread would take over options that are for the program of the main one, such as --eval. */
const execArgv: string[] = [];

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
