/** This file tells an object that calls what others hand to it: libffi, under whatever name, or a module that carries a copy of it. */

import {SuiteError} from '../../errors.js';
import {readObjectFile} from '../../object/object-file.js';

/** By the function that makes such a call; a stripped module hides its own copy's. */
export function isForeignInterface(path: string): boolean {
	const known = answers.get(path);
	if (known !== undefined) return known;
	const answer = defines(path, 'ffi_call');
	answers.set(path, answer);
	return answer;
}

const answers = new Map<string, boolean>();

/** The main program has no path, and what is gone by now defines nothing. */
function defines(path: string, name: string): boolean {
	if (!path.startsWith('/')) return false;
	try {
		const {dynamicSymbols, symbols} = readObjectFile(path).elf;
		return [...dynamicSymbols, ...symbols].some(symbol => symbol.defined && symbol.name === name);
	} catch (error) {
		if (error instanceof SuiteError) return false;
		throw error;
	}
}
