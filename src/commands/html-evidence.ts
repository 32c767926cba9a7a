/** This file gathers what the HTML report shows beyond the report itself: call sites, disassembled. */

import {byCodeUnit} from '../model/order.js';
import type {Report} from '../model/report.js';
import {curatedClaims} from '../model/reported-claims.js';
import type {CallSites} from '../model/sample-call-sites.js';

/** By symbol, one entry for each interpreter. An interpreter that cannot be read any more has none: the page says how to ask again. */
export async function callSitesOf({targets}: Report): Promise<ReadonlyMap<string, readonly CallSites[]>> {
	const {gatherCallSites} = await import('../gather/sample-call-sites.js');
	const bySymbol = new Map<string, CallSites[]>();
	for (const path of [...new Set(targets.map(({interpreter}) => interpreter.path))].sort(byCodeUnit)) {
		const own = targets.filter(({interpreter}) => interpreter.path === path);
		const symbols = new Set(own.flatMap(curatedClaims).map(({symbol}) => symbol));
		const found = await gatherCallSites(path, symbols).catch(() => new Map<string, CallSites>());
		for (const [symbol, sites] of found) bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), sites]);
	}
	return bySymbol;
}
