/** This file defines what a reference to a function is: how one place refers to it, by what way, and what an override gets of it. */

import type {ReferenceTarget} from './targets.js';

/** How one place refers to a function. */
export type ReferenceForm =
	/** An instruction that calls. */
	| 'call'
	/** An instruction that jumps, which is how a tail call looks. */
	| 'jump'
	/** An instruction that takes the address. */
	| 'instruction'
	/** A word of data that holds the address. */
	| 'data';

/** `direct` names the function's own address; the others name the symbol, for the dynamic linker to find. */
export type ReferencePath = 'direct' | 'plt' | 'got' | 'relocation';

/** What an override gets of it. */
export type ReferenceReach =
	/** The dynamic linker looks the symbol up, and finds the override. */
	| 'preemptible'
	/** It has the function's own address. */
	| 'bound'
	/** A bound call of the function by itself, which compilers bind whatever the flags. */
	| 'recursive'
	/**
	 * A bound jump by a function that is nothing but this jump. A compiler makes one where it finds two functions alike
	 * (gcc's -fipa-icf), whatever the flags; `foldedThunks` tells when that is so.
	 */
	| 'thunk'
	/** An instruction that takes the address and only compares it, such as a guard of speculative devirtualization: it binds nothing. */
	| 'compared';

/** `at` is the address of the instruction or of the data word. */
export type ReferenceVisitor<T extends ReferenceTarget> = (
	target: T,
	reach: ReferenceReach,
	form: ReferenceForm,
	path: ReferencePath,
	at: number,
) => void;
