/** This file makes tests that need what a machine may lack: such a test is reported as skipped, never as passed. */

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';

/** What a test needs and this machine lacks, as the end of a sentence; null where it is here. */
export type Missing = string | null;

/**
 * `test` where nothing is missing, else `test.skip`. Where PYINTERPOSE_REQUIRE_ALL is set, as where everything was just
 * installed, a test that lacks something fails and says what.
 */
export function needing(...needs: readonly Missing[]): typeof test {
	const missing = needs.find(need => need !== null) ?? null;
	if (missing === null) return test;
	if ((process.env.PYINTERPOSE_REQUIRE_ALL ?? '') === '') return test.skip as unknown as typeof test;
	const fails = (title: string) => test(title, t => t.fail(`This machine lacks ${missing}.`));
	return Object.assign(fails, {serial: fails}) as unknown as typeof test;
}

/** A command on the PATH. */
export function program(name: string): Missing {
	return (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name))) ? null : name;
}

export function file(path: string | null | undefined, what = 'a file'): Missing {
	if (path === null || path === undefined) return what;
	return existsSync(path) ? null : path;
}

/** Something that is here or is not, by its name. */
export function given(isHere: boolean, what: string): Missing {
	return isHere ? null : what;
}
