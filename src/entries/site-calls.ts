/** This file defines the calls that a sweep counts where they are made. */

import type {Redirection} from './entry.js';

/** A direct call or jump of the interpreter's that a sweep counts where it is made, as bypassed or (through the PLT) as honored. */
export interface RedirectedCall extends Redirection {
	readonly kind: 'bound' | 'named';
	/** Under which it is counted. */
	readonly slot: number;
}

/** A slot of the GOT, and what the interpreter's call through it means to call. */
export interface SlotName {
	readonly got: number;
	/** The address of the function. */
	readonly entry: number;
	readonly slot: number;
	/** Its index among the dynamic symbols. */
	readonly symbol: number;
}

export interface RedirectedCalls {
	readonly calls: readonly RedirectedCall[];
	readonly names: readonly SlotName[];
	/** Calls of a function by a part of it that stands elsewhere: they are no calls by others, and `redirections` knows nothing of the part. */
	readonly recursive: readonly Redirection[];
}
