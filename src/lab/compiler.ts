/** This file tells which C compiler a build gets, so that its builds are kept apart from those of another. */

import {SuiteError} from '../errors.js';
import {runChild} from '../process/child.js';
import {succeeded} from '../process/ending.js';
import {buildEnvironment, type Lab} from './lab.js';

export interface Compiler {
	readonly command: string;
	/** The first line of `--version`. */
	readonly version: string;
}

/**
 * The compiler that is named, else the one that CPython's configure takes by itself: it gives LTO its flags only by the
 * compiler's name, so `cc` in the place of `gcc` would quietly build without. Errors: SuiteError where there is none.
 */
export async function findCompiler(named: string | undefined, lab: Lab): Promise<Compiler> {
	for (const command of named === undefined ? ['gcc', 'cc'] : [named]) {
		const version = await firstLine(command, lab);
		if (version !== null) return {command, version};
	}
	throw new SuiteError(`There is no C compiler${named === undefined ? '' : ` '${named}'`}.`, {
		hint: `Install ${named ?? 'gcc'} and what CPython needs to build.`,
	});
}

/** The first line of `--version`. Errors: SuiteError where the program is missing. */
export async function versionOf(program: string, wantedBy: string, lab: Lab): Promise<string> {
	await mustHave([program], wantedBy, lab);
	return (await firstLine(program, lab)) ?? '';
}

/** Errors: SuiteError for the first of the programs that is missing. */
export async function mustHave(programs: readonly string[], wantedBy: string, lab: Lab): Promise<void> {
	for (const program of programs) {
		if ((await firstLine(program, lab)) === null) {
			throw new SuiteError(`${wantedBy} needs '${program}', which is not on PATH.`, {hint: `Install ${program}.`});
		}
	}
}

async function firstLine(command: string, {env, signal}: Lab): Promise<string | null> {
	const {exit, stdout} = await runChild({
		file: command,
		argv: ['--version'],
		env: buildEnvironment(env),
		timeoutSeconds: 20,
		signal,
	});
	return succeeded(exit) ? (stdout.split('\n')[0] ?? '').trim() : null;
}
