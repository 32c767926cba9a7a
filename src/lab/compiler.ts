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

/** Errors: SuiteError where there is none. */
export async function findCompiler(command: string, lab: Lab): Promise<Compiler> {
	const version = await firstLine(command, lab);
	if (version === null) {
		throw new SuiteError(`There is no C compiler '${command}'.`, {
			hint: `Install ${command === 'cc' ? 'gcc' : command} and what CPython needs to build.`,
		});
	}
	return {command, version};
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
