/** This file defines what a subcommand is; help, man page, completions and parsing all read the same rows. */

export interface Command {
	readonly name: string;
	/** As usage shows them: `[TARGET...]`. */
	readonly positionals: string;
	/** What may stand first, where that is a closed set. */
	readonly firstWords?: readonly string[];
	/** One line, no full stop. */
	readonly summary: string;
	readonly options: readonly Option[];
	run(invocation: Invocation): Promise<ExitStatus>;
}

export interface Option {
	readonly name: string;
	/** One letter, without the dash. */
	readonly short?: string;
	/** What stands for the value in usage; a flag has none. */
	readonly value?: string;
	/** What may stand for the value, where that is a closed set. */
	readonly words?: readonly string[];
	/** May be given several times. */
	readonly multiple?: true;
	/** One line, no full stop. */
	readonly help: string;
}

export interface Invocation {
	readonly positionals: readonly string[];
	/** What follows `--`. */
	readonly rest: readonly string[];
	readonly options: OptionValues;
	/** The file that gave options or targets besides the command line; null where none did. */
	readonly config: string | null;
	readonly io: Io;
}

/** The parsed options; the accessors give a UsageError where a value is not of the form asked for. */
export interface OptionValues {
	flag(name: string): boolean;
	text(name: string): string | undefined;
	texts(name: string): readonly string[];
	/** A number above zero. */
	positive(name: string): number | undefined;
}

/** The outside world as a command sees it. */
export interface Io {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Aborted by Ctrl-C, SIGTERM and a closed standard output. */
	readonly signal: AbortSignal;
	readonly stdout: Stream;
	readonly stderr: Stream;
	/** Leaves signals alone, until what it returns is called: they are for a program that runs in our place. */
	stepAside(): () => void;
}

export interface Stream {
	readonly isTerminal: boolean;
	readonly columns: number;
	readonly rows: number;
	readonly colour: boolean;
	write(text: string): void;
}

export const exitStatus = {asExpected: 0, notAsExpected: 1, suiteFailed: 2, notFoundOut: 3} as const;
export type ExitStatus = number;
