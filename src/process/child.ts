/** This file runs one child to its end: exact environment, time limit, bounded output, nothing left behind. */

import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {collect} from './collect.js';
import type {Ending} from './ending.js';
import {isOutOfDescriptors} from './file-errors.js';
import {milliseconds} from './milliseconds.js';
import {onAbort} from './on-abort.js';
import {spawnTethered, type Tethered} from './tether.js';

export interface ChildRequest {
	readonly file: string;
	/** The arguments, without the program's own name. */
	readonly argv: readonly string[];
	/** All of the child's environment; nothing is inherited. */
	readonly env: Readonly<Record<string, string>>;
	/** Written to the child's standard input, which is empty otherwise. */
	readonly stdin?: string | undefined;
	readonly timeoutSeconds: number;
	/** Kills the child; the promise then rejects with the signal's reason, once the child is reaped. */
	readonly signal: AbortSignal;
	readonly cwd?: string | undefined;
}

export interface ChildResult {
	readonly exit: Ending;
	readonly stdout: string;
	readonly stderr: string;
	/** Whether either output was longer than `outputBound` and lost its end. */
	readonly truncated: boolean;
}

/** How much of each output is kept, in bytes. What follows is read and dropped, so that the child never blocks. */
export const outputBound = 16 * 1024 * 1024;

/**
 * Resolves once the child is reaped and what is left of its process group is killed. Rejects on an abort, and where no more files may be
 * opened to talk to a child.
 */
export async function runChild(request: ChildRequest): Promise<ChildResult> {
	request.signal.throwIfAborted();
	const started = start(request);
	if (started instanceof Error) return notStarted(started.message);
	const {child, refused} = started;
	if (child.pid === undefined) {
		const [error] = await once(child, 'error');
		if (isOutOfDescriptors(error)) throw error;
		return notStarted(error.message);
	}
	const group = child.pid;
	const out = collect(child.stdout, outputBound);
	const err = collect(child.stderr, outputBound);
	feed(child, request.stdin);

	const limit = limited(() => killGroup(group), request);
	const exit = await reaped(child);
	limit.lift();
	// Descendants that outlive the child would hold its pipes open and count on in a ledger that is being read.
	killGroup(group);
	const [stdout, stderr] = await Promise.all([out.finish(), err.finish()]);
	request.signal.throwIfAborted();
	const refusal = await refused;
	if (refusal !== null) return notStarted(refusal);
	return {
		exit: limit.reached() ? {kind: 'timed-out', seconds: request.timeoutSeconds} : exit,
		stdout: stdout.text,
		stderr: stderr.text,
		truncated: stdout.truncated || stderr.truncated,
	};
}

function start({file, argv, env, stdin, cwd}: ChildRequest): Tethered | Error {
	try {
		return spawnTethered(file, argv, {
			env: {...env},
			// A process group of its own, so that its descendants can be ended with it, and nothing else.
			detached: true,
			stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
			...(cwd === undefined ? {} : {cwd}),
		});
	} catch (error) {
		// Node throws some errors, such as E2BIG, and emits others, such as ENOENT.
		return error instanceof Error ? error : new Error(String(error));
	}
}

function notStarted(message: string): ChildResult {
	return {exit: {kind: 'not-started', message}, stdout: '', stderr: '', truncated: false};
}

function feed({stdin}: ChildProcess, text: string | undefined): void {
	// A child that ends without reading is no error of ours.
	stdin?.on('error', () => {});
	stdin?.end(text);
}

/** Kills at the time limit or the abort, whichever comes first. */
function limited(kill: () => void, {timeoutSeconds, signal}: ChildRequest): {lift(): void; reached(): boolean} {
	let reached = false;
	const timer = setTimeout(() => {
		reached = true;
		kill();
	}, milliseconds(timeoutSeconds));
	const stopWaiting = onAbort(signal, kill);
	return {
		lift() {
			clearTimeout(timer);
			stopWaiting();
		},
		reached: () => reached,
	};
}

function reaped(child: ChildProcess): Promise<Ending> {
	return new Promise(resolve => {
		child.once('exit', (status, signal) => {
			resolve(signal === null ? {kind: 'exited', status: status ?? 0} : {kind: 'signalled', signal});
		});
	});
}

function killGroup(group: number): void {
	try {
		process.kill(-group, 'SIGKILL');
	} catch {
		// The group is empty: all have ended.
	}
}
