/** This file defines what a target is looked for and started in. */

import type {Start, Target, TargetLaunch} from '../model/target.js';
import type {Environment} from '../process/temporary.js';

export interface Surroundings {
	/** Ours; what a target sees of it is decided in environment.ts. */
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** For each single start of a target. */
	readonly timeoutSeconds: number;
	/** Starts at a time; one where it is left out. */
	readonly jobs?: number;
	/**
	 * Told what a target will be if its Python says what it said the last time. It has been started then, and not spoken yet; where it
	 * says the same, that very object is the target.
	 */
	expect?(target: Target): void;
	/** Told the file that holds the interpreter, where that is known of a Python that has been started and not spoken yet. */
	foresee?(interpreter: string): void;
}

export type Launcher = (start: Start) => TargetLaunch;
