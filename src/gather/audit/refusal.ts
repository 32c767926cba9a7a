/** This file refuses what no audit can watch, before anything is started: another machine than x86-64, another C library than glibc. */

import {basename} from 'node:path';
import {SuiteError} from '../../errors.js';
import {read} from './object.js';

/** Errors: SuiteError for what is refused; those of the files. */
export function mustBeWatchable(executable: string, libraries: readonly string[]): void {
	const {machine, interpreter} = read(executable).elf;
	if (machine !== 'x86_64') {
		throw new SuiteError(`${executable} is built for ${machine}, and an audit counts entries on x86-64 only.`, {
			hint: "Run 'pyinterpose check' there, which counts them on aarch64, too.",
		});
	}
	if (interpreter !== null && /^ld-musl/.test(basename(interpreter))) {
		throw new SuiteError(`${executable} runs on musl, whose loader tells of no bindings and has no audit modules.`, {
			hint: 'Audit the library on a Python that runs on glibc.',
		});
	}
	for (const library of libraries) {
		const {machine: other} = read(library).elf;
		if (other === machine) continue;
		throw new SuiteError(`${library} is built for ${other}, and ${executable} for ${machine}: the loader ignores it.`, {
			hint: 'Build the library for the machine of the Python.',
		});
	}
}
