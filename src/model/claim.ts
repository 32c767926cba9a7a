/** This file names the closed sets that a claim is made of: callers, routes, families. */

/** The role of the ELF object that makes a call, in the order of the ledger's columns. */
export const callers = ['core', 'executable', 'extension', 'library'] as const;
export type Caller = (typeof callers)[number];

/** How a probe makes the call. `extension-deepbind` is an extension opened with RTLD_DEEPBIND. */
export const routes = [
	'core',
	'pointer',
	'executable',
	'extension',
	'extension-deepbind',
	'library',
	'lookup',
] as const;
export type Route = (typeof routes)[number];

/** The families whose symbols the core defines. */
export const coreFamilies = ['error', 'object', 'number', 'call', 'memory', 'import', 'gil', 'lifecycle'] as const;
/** The families whose symbols libc defines. */
export const libcFamilies = ['libc-memory', 'libc-time', 'libc-io'] as const;
/** The shims that change a result instead of counting only. */
export const effectFamilies = ['effect-time', 'effect-getrandom'] as const;
export const families = [...coreFamilies, ...libcFamilies, ...effectFamilies] as const;
export type Family = (typeof families)[number];

export interface Claim {
	/** Symbol and route: `PyErr_Occurred/core`. */
	readonly id: string;
	/** An effect has its family's name here, because which function it changes depends on the version. */
	readonly symbol: string;
	readonly route: Route;
	readonly family: Family;
}
