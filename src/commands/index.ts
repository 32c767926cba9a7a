/** This file lists the subcommands, in the order in which help shows them. */

import type {Command} from './command.js';

/** Each is loaded when it is asked for: a command does not wait for what only another one needs. */
const loaders: ReadonlyMap<string, () => Promise<Command>> = new Map([
	['check', async () => (await import('./check.js')).check],
	['list', async () => (await import('./list.js')).list],
	['run', async () => (await import('./run.js')).run],
	['inspect', async () => (await import('./inspect.js')).inspect],
	['bench', async () => (await import('./bench.js')).bench],
	['lab', async () => (await import('./lab.js')).lab],
	['audit', async () => (await import('./audit.js')).audit],
	['mechanisms', async () => (await import('./mechanisms.js')).mechanismsCommand],
	['explain', async () => (await import('./explain.js')).explain],
	['doctor', async () => (await import('./doctor.js')).doctor],
	['hunt', async () => (await import('./hunt.js')).hunt],
	['diff', async () => (await import('./diff.js')).diff],
	['history', async () => (await import('./history.js')).history],
	['merge', async () => (await import('./merge.js')).merge],
	['contract', async () => (await import('./contract.js')).contract],
	['cache', async () => (await import('./cache.js')).cache],
	['man', async () => (await import('./man.js')).man(allCommands)],
	['completion', async () => (await import('./man.js')).completion(allCommands)],
]);

export async function findCommand(name: string): Promise<Command | undefined> {
	return loaders.get(name)?.();
}

/** What was meant, where a command's name is mistyped. */
export async function commandHint(name: string): Promise<string> {
	const {meant} = await import('../meant.js');
	return meant(name, [...loaders.keys()], "See 'pyinterpose --help'.");
}

export function allCommands(): Promise<readonly Command[]> {
	return Promise.all([...loaders.values()].map(load => load()));
}
