/** This file makes the claims for one kind of target out of the list of overrides and the probes that there are. */

import {type Claim, type Family, interpreterFamilies, type Route} from '../model/claim.js';
import {calledByMain} from '../model/lifecycle.js';
import {byCodeUnit} from '../model/order.js';
import type {Libc, Start} from '../model/target.js';

export interface Override {
	readonly symbol: string;
	readonly family: string;
}

/** A probe written in Python; its function's name is `<symbol>__<route>`. */
export interface Probe {
	readonly symbol: string;
	readonly route: Route;
	readonly family: Family;
}

/** A symbol and a route of our own objects that no probe can take. */
export interface Excluded {
	readonly symbol: string;
	readonly route: Route;
}

export interface Catalog {
	readonly overrides: readonly Override[];
	readonly probes: readonly Probe[];
	readonly excluded: readonly Excluded[];
}

export interface Shape {
	readonly kind: Start['kind'];
	readonly linkage: 'static' | 'shared';
	readonly libc: Libc;
}

/** Sorted by id. */
export function claimsOf({overrides, probes, excluded}: Catalog, {kind, linkage, libc}: Shape): readonly Claim[] {
	const left = new Set(excluded.map(({symbol, route}) => `${symbol}/${route}`));
	const own = overrides.flatMap(({symbol, family}) =>
		ownRoutes(family as Family, kind, libc).map(route => claim(symbol, route, family as Family)),
	);
	const taken = probes.map(({symbol, route, family}) => claim(symbol, route, family));
	const natural = overrides
		.filter(({family}) => family === 'lifecycle')
		.map(({symbol}) => claim(symbol, naturalRoute(symbol, linkage), 'lifecycle'));
	// Started by our launcher, Py_BytesMain takes the route of our own objects by nature as well: it is one claim.
	const once = new Map([...own, ...taken, ...natural].map(one => [one.id, one]));
	return [...once.values()].filter(({id}) => !left.has(id)).sort((a, b) => byCodeUnit(a.id, b.id));
}

/**
 * The routes that an object of ours takes: `executable` is the launcher, where it is what was started. musl's dlopen takes no notice of
 * RTLD_DEEPBIND, so that such calls would be those of the route `extension` once more.
 */
function ownRoutes(family: Family, kind: Start['kind'], libc: Libc): readonly Route[] {
	const executable: readonly Route[] = kind === 'library' ? ['executable'] : [];
	const interpreter = (interpreterFamilies as readonly string[]).includes(family);
	const deepbind: readonly Route[] = interpreter || libc === 'musl' ? [] : ['deepbind'];
	return [...executable, 'extension', ...deepbind, 'dlsym'];
}

/** Every process calls these by itself: `main` in the executable, which may be the interpreter, and the interpreter. */
function naturalRoute(symbol: string, linkage: Shape['linkage']): Route {
	return calledByMain.has(symbol) && linkage === 'shared' ? 'executable' : 'interpreter';
}

function claim(symbol: string, route: Route, family: Family): Claim {
	return {id: `${symbol}/${route}`, symbol, route, family};
}
