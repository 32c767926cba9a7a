/** This file asks the dynamic loader what an object from a package lacks, where it does not start. */

import type {FoundTarget} from '../model/target.js';
import {runChild} from '../process/child.js';
import {type Complaint, complain} from './complaints.js';
import {librariesFor} from './launch.js';
import type {Surroundings} from './surroundings.js';

/** `ofProgram` is the loader that the started program names. Errors: TargetError that names what is missing; `error` itself where the loader misses nothing. */
export async function throwWhatIsMissing(
	error: unknown,
	{path, given, root}: FoundTarget,
	ofProgram: string | null,
	{env, signal, timeoutSeconds}: Surroundings,
): Promise<never> {
	if (root === undefined) throw error;
	const loader = root.loader ?? ofProgram;
	if (loader === null) throw error;
	const {stdout, stderr} = await runChild({
		file: loader,
		argv: ['--list', path],
		env: {LD_LIBRARY_PATH: librariesFor(root, env).join(':')},
		timeoutSeconds,
		signal,
	});
	const complaint = complaintIn(`${stdout}\n${stderr}`, given);
	throw complaint === null ? error : complain(complaint, error);
}

/** In the words of glibc's loader and of musl's. */
function complaintIn(said: string, path: string): Complaint | null {
	const missing = [
		...said.matchAll(
			/^\s*(\S+) => not found$|(?:while loading shared libraries: |^Error loading shared library )([^:]+):/gm,
		),
	];
	const libraries = [...new Set(missing.map(([, listed, fatal]) => listed ?? fatal ?? ''))];
	if (libraries.length > 0) return {kind: 'missing-libraries', path, libraries};
	const [, library, version] = /(\S+): version `([^']+)' not found/.exec(said) ?? [];
	return library === undefined || version === undefined ? null : {kind: 'missing-version', path, library, version};
}
