/** This file is a worker thread of a hunt: it is handed units, and hands back what it found in each. */

import {parentPort, workerData} from 'node:worker_threads';
import type {Findings} from './findings.js';
import {huntedNames} from './object.js';
import {type HuntUnit, lookInUnit} from './unit.js';

export interface WorkerSetting {
	readonly libpython: readonly string[];
	readonly libc: readonly string[];
	readonly secondsPerArchive: number;
}

export interface Batch {
	readonly units: readonly HuntUnit[];
}

const {setting} = workerData as {readonly setting: WorkerSetting};
const names = huntedNames(setting.libpython, setting.libc);
/** Whoever started this thread ends it as a whole. */
const never = new AbortController().signal;

/** One batch at a time, in order: replies carry no number, and the buffers that files are read into are shared. */
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (batch: Batch) => {
	last = last.then(() => lookInBatch(batch));
	// What goes wrong here is a fault of ours, and ends the thread and the hunt.
	last.catch(error => {
		throw error;
	});
});

async function lookInBatch({units}: Batch): Promise<void> {
	const found: Findings[] = [];
	for (const unit of units) found.push(await lookInUnit(unit, names, {...setting, signal: never}));
	parentPort?.postMessage(found);
}
