/** This file tells whether an object calls a function by its name: by a slot that nobody but the loader fills. */

import {SuiteError} from '../../errors.js';
import {readObjectFile} from '../../object/object-file.js';
import {bare, namedSlots} from '../audit/object.js';

/**
 * What holds the function without such a slot has it by another of its names, as `__libc_malloc` is one of malloc's, or is a variable that
 * was initialised with the function's address and written to since. The main program has no path, and what is gone by now shows nothing.
 */
export function callsByName(path: string, symbol: string): boolean {
	const names = known.get(path) ?? namesIn(path);
	known.set(path, names);
	return names.has(bare(symbol));
}

const known = new Map<string, ReadonlySet<string>>();

function namesIn(path: string): ReadonlySet<string> {
	if (!path.startsWith('/')) return new Set();
	try {
		return new Set(namedSlots(readObjectFile(path).elf).values());
	} catch (error) {
		if (error instanceof SuiteError) return new Set();
		throw error;
	}
}
