/** This file selects claims by patterns of symbols and families, and by names of routes. */

import {UsageError} from '../errors.js';
import {type Claim, families, routes} from '../model/claim.js';
import {matchesGlob} from '../model/glob.js';
import type {Catalog} from './claims.js';

export interface Selection {
	/** Patterns of symbols; empty for all. */
	readonly symbols: readonly string[];
	/** Names of routes; empty for all. */
	readonly routes: readonly string[];
}

/** Errors: UsageError for a route that does not exist and a pattern that matches no symbol and no family. */
export function mustSelect({symbols, routes: names}: Selection, {overrides, probes}: Catalog): void {
	const known = new Set([...overrides, ...probes].flatMap(({symbol, family}) => [symbol, family]));
	for (const name of names) {
		if (!(routes as readonly string[]).includes(name)) {
			throw new UsageError(`There is no route '${name}'.`, {hint: `The routes are ${routes.join(', ')}.`});
		}
	}
	for (const pattern of symbols) {
		if (![...known].some(name => matchesGlob(pattern, name))) {
			throw new UsageError(`No symbol matches '${pattern}'.`, {
				hint: `A pattern may also name a family: ${families.join(', ')}.`,
			});
		}
	}
}

export function select(claims: readonly Claim[], {symbols, routes: names}: Selection): readonly Claim[] {
	return claims.filter(
		({symbol, family, route}) =>
			(names.length === 0 || names.includes(route)) &&
			(symbols.length === 0 || symbols.some(pattern => matchesGlob(pattern, symbol) || matchesGlob(pattern, family))),
	);
}
