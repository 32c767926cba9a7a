/** This file writes an error in a contract: at its line and column, as editors and CI systems read it. */

import {SuiteError} from '../errors.js';
import type {Place} from '../model/contract.js';

export function contractError({file, line, column}: Place, what: string): SuiteError {
	return new SuiteError(`${file}:${line}:${column}: ${what}.`);
}
