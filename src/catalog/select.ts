/** This file selects claims by patterns of symbols and families, and by names of routes. */

import {UsageError} from '../errors.js';
import {families, routes} from '../model/claim.js';
import {matchesGlob} from '../model/glob.js';
import type {Catalog} from './claims.js';

export interface Selection {
	/** Patterns of symbols; empty for all. */
	readonly symbols: readonly string[];
	/** Names of routes; empty for all. */
	readonly routes: readonly string[];
}

/** Errors: UsageError for a route that does not exist. */
export function mustSelect({routes: names}: Selection): void {
	for (const name of names) {
		if (!(routes as readonly string[]).includes(name)) {
			throw new UsageError(`There is no route '${name}'.`, {hint: `The routes are ${routes.join(', ')}.`});
		}
	}
}

/** Errors: UsageError for a pattern that matches no symbol of the catalog, no family, and nothing that is exported. */
export function mustMatchSome(
	{symbols}: Selection,
	{overrides, probes}: Catalog,
	exported: readonly ReadonlySet<string>[],
): void {
	const known = new Set([...overrides, ...probes].flatMap(({symbol, family}) => [symbol, family]));
	for (const pattern of symbols) {
		if (some(known, pattern) || exported.some(names => some(names, pattern))) continue;
		throw new UsageError(`No symbol matches '${pattern}'.`, {
			hint: `A pattern may also name a family: ${families.join(', ')}.`,
		});
	}
}

function some(names: Iterable<string>, pattern: string): boolean {
	for (const name of names) if (matchesGlob(pattern, name)) return true;
	return false;
}

/** Whether a function's calls on a route, or by a caller, are wanted. */
export function selected({
	symbols,
	routes: names,
}: Selection): (symbol: string, family: string | null, route: string) => boolean {
	return (symbol, family, route) =>
		(names.length === 0 || names.includes(route)) &&
		(symbols.length === 0 ||
			symbols.some(pattern => matchesGlob(pattern, symbol) || (family !== null && matchesGlob(pattern, family))));
}
