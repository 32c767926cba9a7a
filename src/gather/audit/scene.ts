/** This file sets the scene of an audit: what is loaded, as the loader tells, and which functions are to be watched in it. */

import {type Missing, missingFrom} from './missing.js';
import {isLibc, type LoadedObject, loadedObjects, type ReadLoaded, real} from './object.js';
import {canary} from './plan.js';
import type {AuditRequest} from './request.js';
import type {LoaderRun} from './run.js';

/** What is known before anything is counted. */
export interface Scene {
	readonly libraries: readonly LoadedObject[];
	readonly read: ReadLoaded;
	/** All that are loaded, as far as the loader told of them, without the libraries. */
	readonly others: readonly LoadedObject[];
	/** Those that define what a library defines, or what it leaves out. */
	readonly definers: readonly LoadedObject[];
	readonly overrides: ReadonlySet<string>;
	readonly missing: readonly Missing[];
	/** Both. */
	readonly watched: ReadonlySet<string>;
	/** The path of what the loader gave an object for a name; null where it told of none. */
	definerOf(path: string, symbol: string): string | null;
	/** Whether the program asked the loader for the function on a handle (dlsym), and was given the definition of none of the libraries. */
	isLookedUp(symbol: string): boolean;
}

export function setScene(request: AuditRequest, libraries: readonly LoadedObject[], {bindings}: LoaderRun): Scene {
	const read = loadedObjects();
	const {interpreter, program} = request;
	const names = new Map<string, string>();
	const realPath = (name: string) =>
		real(name.startsWith('/') ? name : name.includes('.so') ? name : program.executable);
	for (const name of bindings?.objects ?? []) if (!names.has(realPath(name))) names.set(realPath(name), name);
	const paths = new Set([program.executable, interpreter, ...names.keys()].map(real));
	const others = [...paths].filter(path => !request.libraries.includes(path)).flatMap(path => read(path) ?? []);
	const defined = new Set(libraries.flatMap(({names}) => [...names]));
	const elsewhere = new Set(others.flatMap(({names}) => [...names]));
	const overrides = new Set([...defined].filter(name => elsewhere.has(name) && !isTemplate(name)));
	const imported = new Set(others.filter(({path}) => !isLibc(path)).flatMap(({imports}) => [...imports]));
	const missing = missingFrom(overrides, imported).filter(({symbol}) => elsewhere.has(symbol));
	const watched = new Set([...overrides, ...missing.map(({symbol}) => symbol)]);
	const definers = others.filter(
		({functions, names}) => functions.has(canary) || [...names].some(name => watched.has(name)),
	);
	const boundTo = (path: string, symbol: string) => {
		const to = bindings?.boundTo(names.get(path) ?? path, symbol);
		return to === undefined ? null : realPath(to);
	};
	const definerOf = (path: string, symbol: string) => {
		const to = boundTo(path, symbol);
		// An executable at a fixed address has PLT stubs that stand for the function: what they lead to is bound by its own slot.
		if (to === null || to === path || has(read(to), symbol)) return to;
		return boundTo(to, symbol);
	};
	const asked = new Set(
		(bindings?.later ?? [])
			.filter(
				({object, symbol}) => bindings?.startup.has(object) || !(read(realPath(object))?.imports.has(symbol) ?? true),
			)
			.filter(({object, to}) => ![object, to].some(name => request.libraries.includes(realPath(name))))
			.map(({symbol}) => symbol),
	);
	const isLookedUp = (symbol: string) => asked.has(symbol);
	return {libraries, read, others, definers, overrides, missing, watched, definerOf, isLookedUp};
}

export function has(object: LoadedObject | null, symbol: string): boolean {
	return object?.names.has(symbol) ?? false;
}

/** C++ code that many objects have a copy of is no override; the operators new and delete are. */
function isTemplate(name: string): boolean {
	return name.startsWith('_Z') && !/^_Z(nw|na|dl|da)[A-Z]?/.test(name);
}
