/** This file defines what a target is looked for and started in. */

import type {Start, TargetLaunch} from '../model/target.js';
import type {Environment} from '../process/temporary.js';

export interface Surroundings {
	/** Ours; what a target sees of it is decided in environment.ts. */
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** For each single start of a target. */
	readonly timeoutSeconds: number;
	/** Starts at a time; one where it is left out. */
	readonly jobs?: number;
	/** Told the file of a target once its Python was started to say what it is. */
	started?(path: string): void;
}

export type Launcher = (start: Start) => TargetLaunch;
