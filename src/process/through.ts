/** This file runs a program in our place: its input, output and signals are ours, and what becomes of it is told. */

import {spawn} from 'node:child_process';
import type {Ending} from './ending.js';
import {isOutOfDescriptors} from './file-errors.js';
import {listenToGroup} from './group-ear.js';
import {spawnTethered, type Tethered} from './tether.js';

export interface ThroughRequest {
	readonly file: string;
	/** What the program is told to be its own name. */
	readonly argv0: string;
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** Whether the program goes on when we are killed. */
	readonly detached?: boolean;
}

/**
 * Those that a fault of our own would raise, that Node keeps for itself, and the real-time signals cannot be passed on: they
 * end us, and the program with us.
 */
const passed: readonly NodeJS.Signals[] = [
	'SIGALRM',
	'SIGCONT',
	'SIGHUP',
	'SIGINT',
	'SIGIO',
	'SIGPWR',
	'SIGQUIT',
	'SIGSTKFLT',
	'SIGTERM',
	'SIGTRAP',
	'SIGURG',
	'SIGUSR1',
	'SIGUSR2',
	'SIGVTALRM',
	'SIGWINCH',
	'SIGXCPU',
	'SIGXFSZ',
];

/** Where nobody can tell to whom a signal went, these are taken for a terminal's, which sends them to the program as well. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** Resolves when the program has ended, whatever it left behind. Rejects where no more files may be opened to start it. */
export function runThrough(request: ThroughRequest): Promise<Ending> {
	return new Promise((resolve, reject) => {
		const {child, refused} = start(request);
		const ear = listenToGroup();
		const pass = async (signal: NodeJS.Signals) => {
			// Sent to all, it is at the program already: from a terminal, or by timeout(1).
			if (!((await ear?.wentToAll(signal)) ?? fromTerminal.includes(signal))) child.kill(signal);
		};
		for (const signal of passed) process.on(signal, pass);
		const close = () => {
			for (const signal of passed) process.off(signal, pass);
			ear?.close();
		};
		const end = (ending: Ending) => {
			close();
			resolve(ending);
		};
		child.once('error', error => {
			if (!isOutOfDescriptors(error)) return end({kind: 'not-started', message: error.message});
			close();
			reject(error);
		});
		child.once('exit', async (status, signal) => {
			const message = await refused;
			if (message !== null) end({kind: 'not-started', message});
			else end(signal === null ? {kind: 'exited', status: status ?? 0} : {kind: 'signalled', signal});
		});
	});
}

function start({file, argv0, argv, env, detached = false}: ThroughRequest): Tethered {
	const options = {argv0, env: {...env}, stdio: ['inherit', 'inherit', 'inherit'] as const};
	if (!detached) return spawnTethered(file, argv, options);
	return {child: spawn(file, [...argv], {...options, stdio: 'inherit'}), refused: Promise.resolve(null)};
}
