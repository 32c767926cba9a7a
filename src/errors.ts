/** This file holds what can go wrong in the suite itself; what goes wrong in a target is a verdict, not an error. */

export interface SuiteErrorOptions {
	/** One imperative sentence: what the user can do. */
	readonly hint?: string | undefined;
	readonly cause?: unknown;
}

/** A known failure: printed as a sentence and a hint, without a stack. Exit status 2. */
export class SuiteError extends Error {
	override readonly name: string = 'SuiteError';
	readonly hint: string | undefined;

	constructor(message: string, {hint, cause}: SuiteErrorOptions = {}) {
		super(message, cause === undefined ? undefined : {cause});
		this.hint = hint;
	}
}

/** The command line is wrong. */
export class UsageError extends SuiteError {
	override readonly name: string = 'UsageError';
}

/** A target cannot be tested at all; the run goes on with the others. */
export class TargetError extends SuiteError {
	override readonly name: string = 'TargetError';
}

/** A file is not the ELF object that it claims to be. `offset` is where in the file, in bytes. */
export class ElfError extends SuiteError {
	override readonly name: string = 'ElfError';
	readonly offset: number;

	constructor(message: string, offset: number, options: SuiteErrorOptions = {}) {
		super(`${message} (at offset 0x${offset.toString(16)})`, options);
		this.offset = offset;
	}
}
