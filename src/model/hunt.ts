/** This file defines what a hunt for interposers finds; schema/hunt.schema.json says the same to other tools. */

export interface HuntReport {
	readonly schema: 1;
	readonly kind: 'hunt';
	readonly tool: {readonly name: 'pyinterpose'; readonly version: string};
	readonly looked: Looked;
	readonly counts: HuntCounts;
	/** Each list sorted by place. */
	readonly interposers: readonly Interposer[];
	/** Lines of scripts and units that set LD_PRELOAD, and programs that hold the name and can set an environment. */
	readonly launchers: readonly PreloadSetter[];
	/** Objects that hold a Python interpreter, whose own functions are no overrides. */
	readonly interpreters: readonly string[];
	/** Objects that define such a function and show no other sign of an interposer. */
	readonly others: readonly DefiningObject[];
	readonly failures: readonly HuntFailure[];
}

export interface Looked {
	/** As the user named them, sorted. */
	readonly paths: readonly string[];
	readonly shards: readonly string[];
	/** Where the functions of libpython come from: `known`, or the files given. */
	readonly libpython: readonly string[];
	readonly functions: {readonly libpython: number; readonly libc: number};
}

export interface HuntCounts {
	readonly files: number;
	readonly archives: number;
	/** ELF objects. */
	readonly objects: number;
	/** ELF objects whose tables lie outside the file: ld.so does not load them either. */
	readonly broken: number;
	readonly texts: number;
}

export interface DefiningObject {
	/** The path; behind `!/` the path within an archive. */
	readonly place: string;
	readonly soname: string | null;
	/** What it defines of libpython's functions, and of libc's; sorted. */
	readonly libpython: readonly string[];
	readonly libc: readonly string[];
}

/**
 * `forwards`: it looks the next definition up. `allocator`: it replaces malloc whole. `stands-in`: it exports hardly anything
 * else. `named`: what sets LD_PRELOAD names it.
 */
export const interposerSigns = ['forwards', 'allocator', 'stands-in', 'named'] as const;
export type InterposerSign = (typeof interposerSigns)[number];

export interface Interposer extends DefiningObject {
	readonly signs: readonly InterposerSign[];
	/** Of the functions, those whose names it holds as text, as it must to look them up. */
	readonly looksUp: readonly string[];
	/** The known tool that it belongs to, by its file's name. */
	readonly known: string | null;
}

export interface PreloadSetter {
	readonly place: string;
	readonly form: 'text' | 'program';
	/** Null in a program. */
	readonly line: number | null;
	/** The line, shortened; the text around the name in a program. */
	readonly text: string;
	/** File names of libraries in that line. */
	readonly libraries: readonly string[];
}

export interface HuntFailure {
	readonly place: string;
	readonly message: string;
}
