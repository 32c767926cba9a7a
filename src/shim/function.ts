/** This file defines a function that a generated shim overrides, and which trampoline is its. */

import type {Trampolines} from './trampoline.js';

export interface ShimFunction {
	readonly name: string;
	readonly version: string | null;
	/** An older version, which links to the name alone do not get. */
	readonly hidden: boolean;
	/** Whether the interpreter itself names it: the trampoline then counts the interpreter's calls by itself. */
	readonly named: boolean;
	/**
	 * Whether it is libc's, and stands behind all of the interpreter's. The return address alone tells no caller then: the interpreter may
	 * have called another function of libc's, which jumped to this one.
	 */
	readonly ofLibc?: boolean;
}

export function kindOf({named, ofLibc}: ShimFunction): keyof Trampolines {
	return named && ofLibc !== true ? 'counting' : 'asking';
}
