/** This file defines what a variant of the lab is: a name, the flags that make it, and what its ELF must then show. */

import type {BindingMode} from '../model/binding.js';
import type {FlagName} from './flags.js';

export interface Variant {
	readonly name: string;
	/** One line, no full stop. */
	readonly summary: string;
	readonly how: How;
	/** In the order in which they reach the command line. */
	readonly flags: readonly FlagName[];
	readonly expect: VariantExpectation;
}

/** `build`: configured and compiled. `relink`: the finished objects of another variant, linked anew in a second or so. */
export type How = {readonly kind: 'build'} | {readonly kind: 'relink'; readonly of: string; readonly as: Linked};

/** What a relink makes: the shared library, the executable with all of it inside, or both side by side as Debian ships. */
export type Linked = 'library' | 'executable' | 'executable-beside-library';

/** Checked after the build; a variant that does not come out as named fails. */
export interface VariantExpectation {
	/** Which object holds the interpreter that `bin/python3` runs. */
	readonly interpreter: 'library' | 'executable';
	readonly mode: BindingMode;
	/** What earlier releases make of the same flags. */
	readonly before?: {readonly release: string; readonly mode: BindingMode};
	/** Bytes that the interpreter must hold: what compilers and linkers write of themselves. */
	readonly says?: readonly string[];
}
