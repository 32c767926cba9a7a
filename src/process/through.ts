/** This file runs a program in our place: its input, output and signals are ours, and what becomes of it is told. */

import {spawn} from 'node:child_process';
import type {Ending} from './ending.js';

export interface ThroughRequest {
	readonly file: string;
	/** What the program is told to be its own name. */
	readonly argv0: string;
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

/** A terminal sends these to all that run in it, so the program has them already. */
const shared: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
/** Sent to us alone, and meant for the program. */
const passed: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGCONT', 'SIGWINCH'];

/** Resolves when the program has ended, whatever it left behind. */
export function runThrough({file, argv0, argv, env}: ThroughRequest): Promise<Ending> {
	return new Promise(resolve => {
		const child = spawn(file, [...argv], {argv0, env: {...env}, stdio: 'inherit'});
		const ignore = () => {};
		const pass = (signal: NodeJS.Signals) => void child.kill(signal);
		for (const signal of shared) process.on(signal, ignore);
		for (const signal of passed) process.on(signal, pass);
		const end = (ending: Ending) => {
			for (const signal of shared) process.off(signal, ignore);
			for (const signal of passed) process.off(signal, pass);
			resolve(ending);
		};
		child.once('error', ({message}) => end({kind: 'not-started', message}));
		child.once('exit', (status, signal) => {
			end(signal === null ? {kind: 'exited', status: status ?? 0} : {kind: 'signalled', signal});
		});
	});
}
