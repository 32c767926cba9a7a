/** This file makes tests that need what a machine may lack: such a test is reported as skipped, by name, never as passed. */

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';

/** What a test needs and this machine lacks; null where it is here. */
export type Missing = {
	/** As the end of a sentence. */
	readonly what: string;
	/** Whether a package gives it; otherwise only another machine has it. */
	readonly installable: boolean;
} | null;

/**
 * `test` where nothing is missing, else a skipped test that says what is. Where PYINTERPOSE_REQUIRE_ALL is set, as where
 * everything was just installed, a test that lacks what a package gives fails.
 */
export function needing(...needs: readonly Missing[]): typeof test {
	const lacks = needs.filter(need => need !== null);
	// What no package gives is an excuse whatever else is missing.
	const [missing] = lacks.sort((a, b) => Number(a.installable) - Number(b.installable));
	if (missing === undefined) return test;
	const fails = missing.installable && (process.env.PYINTERPOSE_REQUIRE_ALL ?? '') !== '';
	const instead = (...words: readonly unknown[]) => {
		const title = `${titleOf(words)} (this machine lacks ${missing.what})`;
		if (fails) test(title, t => t.fail(`This machine lacks ${missing.what}.`));
		else test.skip(title, () => {});
	};
	return Object.assign(instead, {serial: instead}) as unknown as typeof test;
}

/** A command on the PATH. */
export function program(name: string): Missing {
	return given(
		(process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name))),
		name,
	);
}

export function file(path: string | null | undefined, what = 'a file'): Missing {
	if (path === null || path === undefined) return given(false, what);
	return given(existsSync(path), path);
}

/** What a package gives, by its name. */
export function given(isHere: boolean, what: string): Missing {
	return isHere ? null : {what, installable: true};
}

/** What no package gives: a CPU, a right, a feature of the kernel, a build made elsewhere. */
export function machine(isSuch: boolean, what: string): Missing {
	return isSuch ? null : {what, installable: false};
}

export const x86 = machine(process.arch === 'x64', 'an x86-64 CPU');
export const superuser = machine(process.getuid?.() === 0, 'the rights of the superuser');

/** A title, or what a macro makes of its arguments. */
function titleOf([first, ...rest]: readonly unknown[]): string {
	if (typeof first === 'string') {
		const [macro, ...args] = rest as [{title?: (...words: unknown[]) => string}?, ...unknown[]];
		return macro?.title?.(first, ...args) ?? first;
	}
	return (first as {title: (...words: unknown[]) => string}).title(undefined, ...rest);
}
