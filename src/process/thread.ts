/** This file starts a further thread of the command, whatever it is for: `src/thread.ts` is what runs in it. */

import type {Worker} from 'node:worker_threads';
import {isJoined} from './joined.js';

/** Work that is done apart, and what it is told at the beginning. */
export type ThreadPurpose =
	| {readonly kind: 'jobs'}
	/** `setting`: what `src/gather/hunt/worker.ts` says. */
	| {readonly kind: 'hunt'; readonly setting: unknown};

/** Errors: the system's, thrown or emitted, where no thread can be had. */
export function startThread(purpose: ThreadPurpose): Worker {
	// Loaded here, and at once: most commands need no thread, and what is to be done beside them begins before they go on.
	const {Worker} = process.getBuiltinModule('node:worker_threads');
	return new Worker(entry, {workerData: purpose, execArgv});
}

const entry = new URL(isJoined() ? '../start-thread.cjs' : '../thread.js', import.meta.url);

/** A thread would take over options that are for the program of the main one, such as --eval. */
const execArgv: string[] = [];
