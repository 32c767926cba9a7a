/** This file defines a mutant: one place of the code made wrong, and the tests that must notice. */

export interface Mutant {
	/** What is then wrong, as one clause in the present tense. */
	readonly wrong: string;
	readonly file: string;
	/** Stands in the file exactly once. */
	readonly find: string;
	readonly replace: string;
	/** Test files, from the root. */
	readonly tests: readonly string[];
}
