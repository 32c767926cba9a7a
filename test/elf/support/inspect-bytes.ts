/** This file computes the static witness from the bytes of an object, as tests have them. */

import {readElf} from '../../../src/elf/elf.js';
import {inspectObject} from '../../../src/gather/inspect-object.js';
import type {StaticResult} from '../../../src/gather/static-result.js';

/** Errors: those of `readElf` and `inspectObject`, all by the promise. */
export async function inspectBytes(bytes: Uint8Array): Promise<StaticResult> {
	return inspectObject(readElf(bytes));
}
