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

/** A hint for a word that is none of the names: what was meant, else the sentence. */
export type Meant = (word: string, names: readonly string[], otherwise: string) => string;

/** Errors: UsageError for a route that does not exist. */
export function mustSelect({routes: names}: Selection, meant: Meant): void {
	for (const name of names) {
		if (!(routes as readonly string[]).includes(name)) {
			throw new UsageError(`There is no route '${name}'.`, {
				hint: meant(name, routes, `The routes are ${routes.join(', ')}.`),
			});
		}
	}
}

/** Errors: UsageError for a pattern that matches no symbol of the catalog, no family, and nothing that is exported. */
export function mustMatchSome(
	{symbols}: Selection,
	{overrides, probes}: Catalog,
	exported: readonly ReadonlySet<string>[],
	meant: Meant,
): void {
	const known = new Set([...overrides, ...probes].flatMap(({symbol, family}) => [symbol, family]));
	for (const pattern of symbols) {
		if (some(known, pattern) || exported.some(names => some(names, pattern))) continue;
		throw new UsageError(`No symbol matches '${pattern}'.`, {
			hint: meant(
				pattern,
				namesLike(pattern, [...known, ...exported.flatMap(names => [...names])]),
				`A pattern may also name a family: ${families.join(', ')}.`,
			),
		});
	}
}

/** The names themselves; for a pattern that ends in a star, the patterns of that form that match some. */
function namesLike(pattern: string, names: readonly string[]): readonly string[] {
	if (!pattern.includes('*')) return [...new Set(names)];
	return [...new Set(names.flatMap(name => (/^_?Py\w*?_|^\w+-/.exec(name) ?? []).map(head => `${head}*`)))];
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
