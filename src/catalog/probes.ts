/** This file reads which claims the probes take out of their functions' names: `PyErr_Occurred__interpreter`. */

import {type Claim, effectFamilies, type Family, type Route} from '../model/claim.js';
import type {Override, Probe} from './claims.js';

/** The text of every file under probes/. A function whose name is of this form takes a claim; others do not. */
export function probesIn(texts: readonly string[], overrides: readonly Override[]): readonly Probe[] {
	const families = new Map<string, Family>([
		...overrides.map(({symbol, family}) => [symbol, family as Family] as const),
		// An effect is named for its family, in which Python has no hyphens.
		...effectFamilies.map(family => [family.replaceAll('-', '_'), family] as const),
	]);
	return texts.flatMap(text =>
		[...text.matchAll(/^def (\w+)__(interpreter|table)\(/gm)].map(([, name = '', route]): Probe => {
			const family = families.get(name);
			if (family === undefined) throw new Error(`A probe is named for ${name}, which native/hooks.def does not have.`);
			const symbol: Claim['symbol'] = (effectFamilies as readonly string[]).includes(family) ? family : name;
			return {symbol, route: route as Route, family};
		}),
	);
}
