/** This file decides what of our own environment a target may see. */

import type {Finding} from '../model/report.js';
import type {Launch} from '../model/target.js';
import type {Environment} from '../process/temporary.js';

/**
 * For a Python under test: the same on every machine but for what it may need to find itself. No PYTHON* variable
 * (they change start-up), no loader's variable but the one that may be needed to find a libpython.
 */
export function targetEnvironment(env: Environment): Record<string, string> {
	return {...picked(env, ['HOME', 'LD_LIBRARY_PATH', 'PATH', 'TMPDIR']), LANG: 'C.UTF-8'};
}

/** Every counted start of a target sees the same environment, so that counts repeat. */
export function steadyEnvironment(env: Environment, launch: Launch): Record<string, string> {
	return {...targetEnvironment(env), PYTHONHASHSEED: '0', ...launch.env};
}

/** For a wrapper that is asked for its Python: all that may steer it, but nothing of the user's that is preloaded or that Python reads. */
export function wrapperEnvironment(env: Environment): Record<string, string> {
	const steers = (name: string) => !name.startsWith('PYTHON') && !(leftOut as readonly string[]).includes(name);
	return picked(env, Object.keys(env).filter(steers));
}

/** What a wrapper sets, changes or takes away (then empty, which the loader and Python read as unset). */
export function madeByWrapper(
	given: Readonly<Record<string, string>>,
	seen: Readonly<Record<string, string>>,
): Record<string, string> {
	const names = [...new Set([...Object.keys(given), ...Object.keys(seen)])].sort();
	const changed = names.filter(name => given[name] !== seen[name] && !ofEveryShell.has(name) && name !== 'LD_PRELOAD');
	return Object.fromEntries(changed.map(name => [name, seen[name] ?? '']));
}

/** What a shell sets for itself. */
const ofEveryShell: ReadonlySet<string> = new Set(['OLDPWD', 'PWD', 'SHLVL', '_']);

/** What was left out of the test and would have changed it. */
export function environmentFindings(env: Environment): Finding[] {
	return leftOut
		.filter(name => (env[name] ?? '') !== '')
		.map(name => ({
			kind: 'environment-left-out',
			message: `The environment carries ${name}=${env[name]}; it is left out of the test.`,
		}));
}

const leftOut = ['LD_AUDIT', 'LD_PRELOAD'] as const;

function picked(env: Environment, names: readonly string[]): Record<string, string> {
	const pairs = names.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]] as const]));
	return Object.fromEntries(pairs);
}
