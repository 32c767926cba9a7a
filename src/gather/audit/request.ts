/** This file says what an audit is asked: a program, its preload libraries, and the interpreter among what it loads. */

import type {StaticWitness} from '../../model/binding.js';
import type {AuditProgram, RunOptions} from './run.js';

export interface AuditRequest extends RunOptions {
	readonly program: AuditProgram;
	/** Real paths, in the order in which they are preloaded. */
	readonly libraries: readonly string[];
	readonly interpreter: string;
	readonly witness: StaticWitness;
}
