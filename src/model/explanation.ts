/** This file defines what `explain` finds out about one function in one ELF object. */

import type {BindingFact, BindingMode, SymbolReferences} from './binding.js';
import type {ClaimReport} from './reported-claims.js';
import type {Cause} from './verdict.js';

export interface Explanation {
	readonly symbol: string;
	readonly object: ExplainedObject;
	/** Whether the object defines the function, for itself and others, or takes it from another object. */
	readonly role: 'exported' | 'imported';
	/** As source code names it; null for a name that is not mangled. */
	readonly demangled: string | null;
	/** Its version; null where it has none. */
	readonly version: string | null;
	/** The other versions of the name that the object exports. */
	readonly otherVersions: readonly string[];
	/** Other names by which the object imports what source code calls by this one. */
	readonly twins: readonly {readonly name: string; readonly why: string}[];
	readonly references: SymbolReferences;
	/** Why references are bound; null where none is. */
	readonly cause: Cause | null;
	/** Null where another object defines it. */
	readonly body: Body | null;
	/** Where copies of it stand instead of calls; null for a function that another object defines. */
	readonly inlined: ExplainedCopies | null;
	/** Every reference, sorted by address. */
	readonly sites: readonly Site[];
	/** A few of them, of different sorts where there are such, with the instructions around. */
	readonly examples: readonly Example[];
	readonly relocations: readonly NamedRelocation[];
	/** Where the object's PLT stubs for the function begin, and the GOT slots that hold its address. */
	readonly stubs: readonly number[];
	readonly slots: readonly number[];
	/**
	 * Where an executable imports the function and takes its address for that of a PLT stub of its own: the stub's address, which everybody
	 * then has for the function. Null otherwise.
	 */
	readonly canonical: number | null;
	/** What ran, where the object is the interpreter of a Python that was started. */
	readonly counted: CountedTarget | null;
}

export interface ExplainedObject {
	readonly path: string;
	readonly soname: string | null;
	readonly buildId: string | null;
	readonly machine: string;
	readonly mode: BindingMode;
	/** What speaks for one cause or another, where the mode cannot be told. */
	readonly facts: readonly BindingFact[];
	/** Whether it is linked as an executable, and so stands first in the lookup scope. */
	readonly executable: boolean;
	/** Whether it has a section table, without which objdump shows no code. */
	readonly sections: boolean;
}

export interface ExplainedCopies {
	/** Null where it is not known. */
	readonly places: readonly InlinedPlace[] | null;
	/** A clause that says why it is not known; null where it is. */
	readonly reason: string | null;
}

/** A copy of the function. */
export interface InlinedPlace {
	/** The function that the copy stands in; null where debug information names none. */
	readonly within: string | null;
	/** Where the copy begins; null where none of its code is left. */
	readonly entry: number | null;
}

export interface Body {
	readonly address: number;
	readonly size: number;
	/** Other exported names of the same address. */
	readonly aliases: readonly string[];
	readonly ifunc: boolean;
	readonly visibility: 'default' | 'protected';
	readonly weak: boolean;
	/** Its first instructions. */
	readonly code: readonly Instruction[];
}

export interface Site {
	readonly at: number;
	readonly form: 'call' | 'jump' | 'instruction' | 'data';
	readonly path: 'direct' | 'plt' | 'got' | 'relocation';
	readonly reach: 'preemptible' | 'bound' | 'recursive' | 'folded' | 'compared';
	/** `PyList_Append+0x2c`; null for data, and where no symbol tells. */
	readonly inside: string | null;
}

export interface Example {
	readonly site: Site;
	readonly code: readonly Instruction[];
}

export interface Instruction {
	readonly address: number;
	/** In hexadecimal digits. */
	readonly bytes: string;
	readonly text: string;
}

/** One that names the symbol, or that holds the function's address. */
export interface NamedRelocation {
	readonly address: number;
	readonly kind:
		| 'JUMP_SLOT'
		| 'GLOB_DAT'
		| 'ABSOLUTE'
		| 'PC_RELATIVE'
		| 'RELATIVE'
		| 'IRELATIVE'
		| 'COPY'
		| 'TLS_MODULE'
		| 'TLS_OFFSET'
		| 'other';
	readonly table: 'rel' | 'rela' | 'relr' | 'plt';
	/** False for those that hold the address without a name: no override is looked for there. */
	readonly named: boolean;
}

export interface CountedTarget {
	readonly target: string;
	readonly claims: readonly ClaimReport[];
}
