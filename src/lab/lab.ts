/** This file defines what the lab's parts work in: the cache folder, the environment, and where progress is told. */

import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import type {InspectReport} from '../model/binding.js';
import type {Environment} from '../process/temporary.js';

export interface Lab {
	/** Everything that the lab keeps lies here. */
	readonly root: string;
	readonly env: Environment;
	readonly signal: AbortSignal;
	readonly jobs: number;
	/** Leaves out of a build what no probe and no workload needs. */
	readonly quick: boolean;
	readonly tell: Tell;
	/** The static witness, given from outside: it checks that a build came out as named. */
	readonly inspect: (path: string) => Promise<InspectReport>;
}

export interface Tell {
	/** A line that stays. */
	line(text: string): void;
	/** What is going on at this moment; replaced by the next, and never shown where output is kept. */
	now(text: string): void;
}

/** $XDG_CACHE_HOME/pyinterpose/lab; a relative XDG_CACHE_HOME is to be ignored, says its specification. */
export function labRoot(env: Environment): string {
	const own = env.XDG_CACHE_HOME ?? '';
	const cache = own.startsWith('/') ? own : join(env.HOME ?? '/tmp', '.cache');
	return join(cache, 'pyinterpose', 'lab');
}

/** What a build sees of our environment: enough to find tools and the network, nothing that changes flags. */
export function buildEnvironment(env: Environment): Record<string, string> {
	const names = ['PATH', 'HOME', 'TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy'];
	const kept = names.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]] as const]));
	return {PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', ...Object.fromEntries(kept), LC_ALL: 'C'};
}

export function defaultJobs(): number {
	return availableParallelism();
}
