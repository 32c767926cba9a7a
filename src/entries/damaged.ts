/** This file tells a damaged file from a fault of ours: numbers that no linker writes make a plan of entries impossible. */

import {ElfError} from '../errors.js';
import {Refusal} from './refusal.js';

/** `plan` plans the entries of one file, or encodes them. Errors: ElfError where the file's own numbers allow neither. */
export function orElfError<T>(plan: () => T): T {
	try {
		return plan();
	} catch (cause) {
		// A Refusal that concerns one function alone is caught where that function is left alone.
		if (!(cause instanceof Refusal || cause instanceof RangeError)) throw cause;
		throw new ElfError(`Its entries cannot be planned: ${cause.message}`, 0, {cause});
	}
}
