/** This file asks a source which options its configure knows. */

import {join} from 'node:path';
import {SuiteError} from '../errors.js';
import {runChild} from '../process/child.js';
import {endingInWords, succeeded} from '../process/ending.js';
import {buildEnvironment, type Lab} from './lab.js';
import type {Source} from './source.js';

/** Errors: SuiteError for a source that does not configure. */
export async function configureHelp({folder}: Source, {env, signal}: Lab): Promise<string> {
	const {exit, stdout, stderr} = await runChild({
		file: join(folder, 'configure'),
		argv: ['--help'],
		env: buildEnvironment(env),
		cwd: folder,
		timeoutSeconds: 60,
		signal,
	});
	if (succeeded(exit) && stdout.includes('--enable-shared')) return stdout;
	const why = stderr.trim().split('\n')[0] ?? '';
	throw new SuiteError(`${folder} does not configure: its configure ${endingInWords(exit)}. ${why}`.trim(), {
		hint: 'Give the tarball of a release of CPython.',
	});
}
