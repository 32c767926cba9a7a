/** This file tells which C library an object is linked to. */

import {basename} from 'node:path';
import type {Libc} from '../model/target.js';

/** By the loader that a program names; of a library, which names none, by what it needs. glibc's name is libc.so.6. */
export function libcOf({
	interpreter,
	needed,
}: {
	readonly interpreter: string | null;
	readonly needed: readonly string[];
}): Libc {
	if (interpreter !== null) return /^ld-musl-/.test(basename(interpreter)) ? 'musl' : 'glibc';
	return needed.some(name => /^(libc\.so|libc\.musl-.*\.so\.1|ld-musl-.*\.so\.1)$/.test(name)) ? 'musl' : 'glibc';
}
