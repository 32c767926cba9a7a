/** This file names the closed sets that a claim is made of: callers, routes, families. */

/** The role of the ELF object that makes a call, in the order of the ledger's columns. */
export const callers = ['interpreter', 'executable', 'extension', 'library'] as const;
export type Caller = (typeof callers)[number];

/** How a probe makes the call. `deepbind` is an extension opened with RTLD_DEEPBIND. */
export const routes = ['interpreter', 'table', 'executable', 'extension', 'deepbind', 'library', 'dlsym'] as const;
export type Route = (typeof routes)[number];

/** The families whose symbols the interpreter defines. */
export const interpreterFamilies = [
	'error',
	'object',
	'number',
	'call',
	'memory',
	'import',
	'gil',
	'lifecycle',
] as const;
/** The families whose symbols libc defines. */
export const libcFamilies = ['libc-memory', 'libc-time', 'libc-io'] as const;
/** The shims that change a result instead of counting only. */
export const effectFamilies = ['effect-time', 'effect-getrandom'] as const;
export const families = [...interpreterFamilies, ...libcFamilies, ...effectFamilies] as const;
export type Family = (typeof families)[number];

export interface Claim {
	/** Symbol and route: `PyErr_Occurred/interpreter`. */
	readonly id: string;
	/** An effect has its family's name here, because which function it changes depends on the version. */
	readonly symbol: string;
	readonly route: Route;
	readonly family: Family;
}
