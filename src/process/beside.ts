/** This file has jobs done in a second thread, beside what this one does meanwhile; or here, where there is no second one to be had. */

import {closeSync, openSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import type {Worker} from 'node:worker_threads';
import {startThread} from './thread.js';

/** By which the other thread finds a job (`src/thread.ts`). */
export type JobName = 'declared' | 'entries' | 'inlined';

/** Input and output are plain data: they go from one thread to the other. A job keeps nothing on disk. */
export interface Job<Input, Output> {
	readonly name: JobName;
	work(input: Input): Promise<Output>;
}

/** As `job.work`, which is begun before this returns. Errors: those of the job, for what fails there fails once more here. */
export async function doBeside<Input, Output>(job: Job<Input, Output>, input: Input): Promise<Output> {
	const reply = await ask(job.name, input);
	return reply.kind === 'done' ? (reply.output as Output) : job.work(input);
}

/** A thread takes a while to come: what its first job needs is prepared meanwhile. */
export function beginThread(): void {
	if (state.kind === 'not-asked') state = start();
}

/** Whether all is done here from now on: the user keeps one processor at work. */
export function stayAlone(isAlone: boolean): void {
	if (isAlone) state = {kind: 'alone'};
	else if (state.kind === 'alone') state = {kind: 'not-asked'};
}

export interface JobRequest {
	readonly number: number;
	readonly name: JobName;
	readonly input: unknown;
}

export type JobReply = {readonly number: number} & Outcome;
type Outcome = {readonly kind: 'done'; readonly output: unknown} | {readonly kind: 'failed'};

type State =
	| {readonly kind: 'not-asked'}
	| {readonly kind: 'alone'}
	| {readonly kind: 'running'; readonly worker: Worker};

let state: State = {kind: 'not-asked'};
let asked = 0;
const waiting = new Map<number, (outcome: Outcome) => void>();

function ask(name: JobName, input: unknown): Promise<Outcome> {
	beginThread();
	if (state.kind !== 'running') return Promise.resolve({kind: 'failed'});
	const {worker} = state;
	return new Promise(resolve => {
		asked += 1;
		waiting.set(asked, resolve);
		worker.ref();
		worker.postMessage({number: asked, name, input} satisfies JobRequest);
	});
}

function start(): State {
	if (availableParallelism() === 1) return {kind: 'alone'};
	try {
		mustHaveDescriptors();
		const worker = startThread({kind: 'jobs'});
		worker.on('message', ({number, ...outcome}: JobReply) => {
			waiting.get(number)?.(outcome);
			waiting.delete(number);
			// It waits for more, and the command does not wait for it.
			if (waiting.size === 0) worker.unref();
		});
		worker.on('error', end);
		worker.on('exit', end);
		worker.unref();
		return {kind: 'running', worker};
	} catch {
		// The system has no thread left for us.
		return {kind: 'alone'};
	}
}

/**
 * A Node that reads parts of itself from files, as Debian's does, ends the whole process where a thread that begins can open none.
 * Errors: the system's.
 */
function mustHaveDescriptors(): void {
	const opened: number[] = [];
	try {
		while (opened.length < enoughDescriptors) opened.push(openSync('/', 'r'));
	} finally {
		for (const descriptor of opened) closeSync(descriptor);
	}
}

/** More than a thread takes, and than this one opens while that begins. */
const enoughDescriptors = 48;

/** The thread is gone, or did not come: what it was asked for is done here. */
function end(): void {
	state = {kind: 'alone'};
	for (const resolve of waiting.values()) resolve({kind: 'failed'});
	waiting.clear();
}
