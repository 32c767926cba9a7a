/** This file computes what a check will ask for of an interpreter while its Python says what it is: there is nothing else to do then. */

import type {Environment} from '../process/temporary.js';
import {type EarlyWitness, gatherEarly, gatherStatic, isKept} from './static.js';

export interface Ahead {
	/** A Python of which this file is the interpreter was started. What is kept of it is left until it is asked for. */
	begin(path: string): void;
	/** Errors: those of `gatherStatic`. */
	witness(path: string): Promise<AheadWitness>;
}

export interface AheadWitness extends EarlyWitness {
	/** Whether it was kept, and then nearly all else is. */
	readonly isKept: boolean;
}

/** One file is held, until it is asked for. */
export function computingAhead(env: Environment): Ahead {
	let held: {readonly path: string; readonly witness: Promise<AheadWitness>} | null = null;
	const compute = async (path: string): Promise<AheadWitness> => ({...(await gatherEarly(path, env)), isKept: false});
	return {
		begin(path) {
			if (isKept(path, env)) return;
			held = {path, witness: compute(path)};
			// Whoever asks for it is told.
			held.witness.catch(() => {});
		},
		async witness(path) {
			const begun = held?.path === path ? held.witness : undefined;
			held = null;
			if (begun !== undefined) return begun;
			if (!isKept(path, env)) return compute(path);
			const witness = await gatherStatic(path, {env});
			return {early: witness, whole: Promise.resolve(witness), isKept: true};
		},
	};
}
