/** This file selects claims by patterns, in which `*` stands for any run of characters and `?` for one. */

import {UsageError} from '../errors.js';
import {type Claim, type Route, routes} from '../model/claim.js';

export interface Selection {
	/** Patterns of symbols; empty for all. */
	readonly symbols: readonly string[];
	/** Names of routes; empty for all. */
	readonly routes: readonly string[];
}

/** Errors: UsageError for a route that does not exist and a pattern that matches no claim. */
export function select(claims: readonly Claim[], {symbols, routes: names}: Selection): readonly Claim[] {
	for (const name of names) {
		if (!(routes as readonly string[]).includes(name)) {
			throw new UsageError(`There is no route '${name}'.`, {hint: `The routes are ${routes.join(', ')}.`});
		}
	}
	for (const pattern of symbols) {
		if (!claims.some(({symbol, family}) => matches(pattern, symbol) || matches(pattern, family))) {
			throw new UsageError(`No symbol matches '${pattern}'.`, {
				hint: "'pyinterpose check --json' lists the symbols; a family's name selects the family.",
			});
		}
	}
	return claims.filter(
		({symbol, family, route}) =>
			(names.length === 0 || names.includes(route satisfies Route)) &&
			(symbols.length === 0 || symbols.some(pattern => matches(pattern, symbol) || matches(pattern, family))),
	);
}

export function matches(pattern: string, text: string): boolean {
	const source = pattern
		.replace(/[.+^${}()|[\]\\]/g, '\\$&')
		.replaceAll('*', '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${source}$`, 's').test(text);
}
