/** This file reads what a check will ask for while the Python under test says what it is: there is nothing else to do then. */

import type {StaticWitness} from '../model/binding.js';
import type {Environment} from '../process/temporary.js';
import {readCatalog} from './catalog.js';
import {gatherStatic, isKept} from './static.js';

export interface Ahead {
	/** A Python of this file was started; often the file is its interpreter. */
	begin(path: string): void;
	/** Errors: those of `gatherStatic`. */
	witness(path: string): Promise<StaticWitness>;
}

/** One file is held, until it is asked for. */
export function readingAhead(env: Environment): Ahead {
	let held: {readonly path: string; readonly witness: Promise<StaticWitness>} | null = null;
	return {
		begin(path) {
			readCatalog();
			// What would have to be computed may not be needed at all.
			if (isKept(path, env)) held = {path, witness: gatherStatic(path, {env})};
			held?.witness.catch(() => {});
		},
		async witness(path) {
			const witness = held?.path === path ? held.witness : gatherStatic(path, {env});
			held = null;
			return witness;
		},
	};
}
