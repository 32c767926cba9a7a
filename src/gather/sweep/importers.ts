/** This file tells which objects of a process import a function, by the roles that they have there as callers. */

import {keptByFile, keptOr} from '../../cache/by-file.js';
import {SuiteError} from '../../errors.js';
import type {Caller} from '../../model/claim.js';
import {readObjectFile} from '../../object/object-file.js';
import type {Environment} from '../../process/temporary.js';
import type {Told} from '../told.js';

/**
 * The objects are read when they are first asked about, and what they import is kept under `env`. The main program, which imports
 * what starts a Python, is not among them.
 */
export function importersAmong(loaded: Told['loaded'], env: Environment): (symbol: string) => ReadonlySet<Caller> {
	let known: ReadonlyMap<string, ReadonlySet<Caller>> | undefined;
	return symbol => {
		known ??= importers(loaded, env);
		return known.get(symbol) ?? new Set();
	};
}

function importers(loaded: Told['loaded'], env: Environment): ReadonlyMap<string, ReadonlySet<Caller>> {
	const bySymbol = new Map<string, Set<Caller>>();
	for (const {caller, path} of loaded) {
		for (const symbol of importsOf(path, env)) {
			const roles = bySymbol.get(symbol);
			if (roles === undefined) bySymbol.set(symbol, new Set([caller]));
			else roles.add(caller);
		}
	}
	return bySymbol;
}

/** The vDSO and what is gone by now import nothing that matters. */
function importsOf(path: string, env: Environment): readonly string[] {
	if (!path.startsWith('/')) return [];
	try {
		return keptOr(keptByFile<readonly string[]>(path, 'imports', env), () => {
			const {dynamicSymbols} = readObjectFile(path).elf;
			return dynamicSymbols.filter(({defined}) => !defined).map(({name}) => name);
		});
	} catch (error) {
		if (error instanceof SuiteError) return [];
		throw error;
	}
}
