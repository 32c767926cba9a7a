/** This file tells whether a signal that we got went to our whole process group, as a terminal's Ctrl-C does, or to us alone. */

import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {constants} from 'node:os';
import {tetherPath} from './tether.js';

export interface GroupEar {
	/** True as well where nobody can tell: then the program is not told twice. */
	wentToAll(signal: NodeJS.Signals): Promise<boolean>;
	close(): void;
}

/**
 * Listens with a process of its own in our group (native/tether.c): whoever signals a group signals each of its members before
 * one of them can ask. Null where it cannot be started.
 */
export function listenToGroup(): GroupEar | null {
	const path = tetherPath();
	if (path === null) return null;
	const ear = spawn(path, [String(process.pid)], {stdio: ['pipe', 'pipe', 'ignore'], env: {}});
	// Where no more files may be opened Node makes no streams.
	if (ear.pid === undefined) {
		ear.on('error', () => {});
		return null;
	}
	let last: Promise<unknown> = Promise.resolve();
	for (const stream of [ear.stdin, ear.stdout, ear]) stream.on('error', () => {});
	return {
		wentToAll(signal) {
			// One question at a time: answers bear no name.
			const answer = last.then(() => ask(ear, signal));
			last = answer;
			return answer;
		},
		close: () => void ear.stdin.end(),
	};
}

async function ask(ear: ChildProcess, signal: NodeJS.Signals): Promise<boolean> {
	// Ended by the signal before it could block it, or gone for another reason.
	if (ear.exitCode !== null || ear.signalCode !== null || ear.stdin === null || ear.stdout === null) return true;
	ear.stdin.write(Buffer.of(constants.signals[signal]));
	const [said] = (await Promise.race([once(ear.stdout, 'data'), once(ear, 'exit')])) as [unknown];
	return !Buffer.isBuffer(said) || said[0] === 1;
}
