/** This file groups routes by what a reader asks: calls from inside the interpreter, from outside it, past RTLD_DEEPBIND. */

import type {Route} from '../model/claim.js';

export type Scope = 'inside' | 'outside' | 'deepbind';

const scopeOf = {
	interpreter: 'inside',
	table: 'inside',
	executable: 'outside',
	extension: 'outside',
	library: 'outside',
	dlsym: 'outside',
	deepbind: 'deepbind',
} as const satisfies Record<Route, Scope>;

/** What a column or a row shows for a route. */
export const routeLabels = {
	interpreter: 'interpreter',
	table: 'table',
	executable: 'exec',
	extension: 'ext',
	deepbind: 'deepbind',
	library: 'library',
	dlsym: 'dlsym',
} as const satisfies Record<Route, string>;

/** A short name for some of a symbol's routes: `all`, `inside`, `all but deepbind`, else the routes themselves. */
export function nameRoutes(some: readonly Route[], all: readonly Route[]): string {
	if (some.length === all.length) return 'all';
	for (const scope of ['inside', 'outside'] as const) {
		const members = all.filter(route => scopeOf[route] === scope);
		if (members.length > 1 && sameSet(members, some)) return scope;
	}
	const [missing] = all.filter(route => !some.includes(route));
	if (some.length > 2 && missing !== undefined && some.length === all.length - 1) {
		return `all but ${routeLabels[missing]}`;
	}
	return some.map(route => routeLabels[route]).join(' ');
}

function sameSet(a: readonly Route[], b: readonly Route[]): boolean {
	return a.length === b.length && a.every(route => b.includes(route));
}
