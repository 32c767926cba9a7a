/** This file defines a target: one Python to test, found and described. */

import type {Declared, Finding, Interpreter, PythonFacts} from './report.js';

/** The C library of a program. What runs in the program is built once for each. */
export type Libc = 'glibc' | 'musl';

/** How a target is started: an interpreter by itself, or a libpython through our launcher. */
export type Start =
	| {
			readonly kind: 'interpreter';
			readonly executable: string;
			readonly libc: Libc;
			readonly through?: Through | undefined;
	  }
	| {
			readonly kind: 'library';
			readonly library: string;
			readonly libc: Libc;
			/** The PYTHONHOME that holds this version's standard library. */
			readonly home: string;
			readonly root?: Root | undefined;
	  };

/** Packages that were unpacked for this run. */
export interface Root {
	readonly folder: string;
	/** The packages, as the user named them. */
	readonly given: readonly string[];
	/** The package that a file is from, by the file's place in the folder. */
	readonly packages: ReadonlyMap<string, string>;
	/** The folders of its shared libraries, whole. */
	readonly libraries: readonly string[];
	/** Its own dynamic loader, where it has one: then its libc is used, not this machine's. */
	readonly loader: string | null;
}

/** What a wrapper makes of its own start: how the Python that it ends in is started. */
export interface Through {
	/** Words that the wrapper puts before those that it was given. */
	readonly argv: readonly string[];
	/** What the wrapper sets or changes; empty where it takes a variable away. */
	readonly env: Readonly<Record<string, string>>;
	/** The libpythons that were mapped at the end of the way. */
	readonly libpythons: readonly string[];
	readonly preload: Preload;
}

/** Whether what LD_PRELOAD named at the start is in the process at the end of the way. */
export type Preload = 'kept' | 'dropped';

/** A Python that was found on the machine and not yet started. */
export interface FoundTarget {
	/** As the user named it, or where it was found. */
	readonly given: string;
	/** The real ELF file. */
	readonly path: string;
	readonly kind: Start['kind'];
	/** Where `given` is a wrapper. */
	readonly through?: Through | undefined;
	/** Where it is from a package. */
	readonly root?: Root | undefined;
	/** What the way from `given` to `path` leaves out. */
	readonly notes: readonly Finding[];
}

/** A Python that was started once, bare, and told what it is. */
export interface Target {
	readonly id: string;
	readonly given: string;
	readonly start: Start;
	readonly root?: Root | undefined;
	/** The ELF file that the process runs: the interpreter, or our launcher. */
	readonly executable: string;
	readonly interpreter: Interpreter;
	readonly python: PythonFacts;
	readonly declared: Declared;
	/** The file that its processes have libc from; null where that could not be told. */
	readonly libc: string | null;
	/** The functions that the interpreter exports, sorted. */
	readonly exports: ReadonlySet<string>;
	/** Whether it can import ctypes: a fact for those who look for a Python, which no probe needs. */
	readonly ctypes: boolean;
	/** `dropped` where a wrapper takes LD_PRELOAD away, or the program starts itself anew without it: no override runs then. */
	readonly preload: Preload;
	readonly findings: readonly Finding[];
}

/** How to start a target: the program's arguments follow `argv`, the environment is added to what every target sees. */
export interface Launch {
	readonly file: string;
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

export interface TargetLaunch extends Launch {
	/** The folder of what is preloaded into it, and opened by it: the native part, as built for its libc. */
	readonly native: string;
}
